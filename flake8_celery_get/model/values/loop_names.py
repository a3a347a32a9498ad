"""Which names a loop binds, and which of them stand for something else each time around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flake8_celery_get.model.known.callables import CONTAINERS
from flake8_celery_get.source import code

_KEEPS_ELEMENTS = CONTAINERS | {"copy", "items", "keys", "sorted", "values"}
"""What gives the elements of a container without making new ones."""


@dataclass(frozen=True, slots=True)
class LoopNames:
    """The names that a loop binds, and those that stand for something else each time.

    An inner loop goes through the elements of one and the same container each time.
    """

    bound: frozenset[str] = frozenset()
    renewed: frozenset[str] = frozenset()


def loop_names(loop: code.While | code.For) -> LoopNames:
    """The names that a loop binds, over and over."""
    binding = [part for part in code.walk(loop) if isinstance(part, _BINDS)]
    bound = _names(binding)
    return LoopNames(
        bound,
        _names(
            part
            for part in binding
            if part is loop or not _goes_through_the_same(part, bound)
        ),
    )


_BINDS = (code.Assign, code.For, code.Walrus)


def _targets(node: code.Node) -> list[code.Expression]:
    if isinstance(node, code.Assign):
        return node.targets
    return [node.target] if isinstance(node, (code.For, code.Walrus)) else []


def _names(nodes: Iterable[code.Node]) -> frozenset[str]:
    targets = (target for node in nodes for target in _targets(node))
    return frozenset(name for target in targets for name in _names_of(target))


def _names_of(target: code.Expression) -> Iterator[str]:
    if not isinstance(target, (code.Attribute, code.Subscript)):
        yield from code.names_in(target)


def _goes_through_the_same(node: code.Node, bound: frozenset[str]) -> bool:
    if not isinstance(node, code.For) or not bound.isdisjoint(code.names_in(node.iterable)):
        return False
    calls = (part for part in code.walk(node.iterable) if isinstance(part, code.Call))
    return all(code.last_name(call.function) in _KEEPS_ELEMENTS for call in calls)


_TAKES = frozenset(
    {
        "blpop", "brpop", "dequeue", "get_nowait", "lpop", "next", "pop", "popleft", "recv",
        "rpop", "take",
    }
)  # fmt: skip


def gives_the_same(node: code.Expression) -> bool:
    """Whether an expression gives the same in each round, if its names stay what they are.

    ``ids.pop()`` and ``queue.get()`` give another one each time.
    """
    return not any(_takes(part) for part in code.walk(node) if isinstance(part, code.Call))


def _takes(call: code.Call) -> bool:
    name = code.last_name(call.function)
    return name in _TAKES or (name == "get" and not call.arguments)
