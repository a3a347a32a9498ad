"""Which names a loop binds, and which of them stand for something else each time around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flake8_celery_get.model.callables import CONTAINERS
from flake8_celery_get.source import code

_KEEPS_ELEMENTS = CONTAINERS | {"copy", "items", "keys", "sorted", "values"}
"""What gives the elements of a container without making new ones."""


def bound(loop: code.While | code.For) -> frozenset[str]:
    """The names that a loop binds, over and over."""
    return _names(target for part in code.walk(loop) for target in _targets(part))


def renewed(loop: code.While | code.For, bound: frozenset[str]) -> frozenset[str]:
    """Those that stand for something else each time around.

    An inner loop goes through the elements of one and the same container each time.
    """
    return _names(
        target
        for part in code.walk(loop)
        if part is loop or not _goes_through_the_same(part, bound)
        for target in _targets(part)
    )


def _targets(node: code.Node) -> list[code.Expression]:
    if isinstance(node, code.Assign):
        return node.targets
    return [node.target] if isinstance(node, (code.For, code.Walrus)) else []


def _names(targets: Iterable[code.Expression]) -> frozenset[str]:
    return frozenset(name for target in targets for name in _names_of(target))


def _names_of(target: code.Expression) -> Iterator[str]:
    if not isinstance(target, (code.Attribute, code.Subscript)):
        yield from code.names_in(target)


def _goes_through_the_same(node: code.Node, bound: frozenset[str]) -> bool:
    if not isinstance(node, code.For) or not bound.isdisjoint(code.names_in(node.iterable)):
        return False
    calls = (part for part in code.walk(node.iterable) if isinstance(part, code.Call))
    return all(code.last_name(call.function) in _KEEPS_ELEMENTS for call in calls)
