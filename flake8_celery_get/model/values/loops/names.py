"""Which names a loop binds, and which of them stand for something else each time around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flake8_celery_get.model.values.loops.circulating import circulating
from flake8_celery_get.source import code


@dataclass(frozen=True, slots=True)
class LoopNames:
    """The names that a loop binds, and those that stand for something else each time.

    An inner loop goes through the elements of one and the same container each time.
    """

    bound: frozenset[str] = frozenset()
    renewed: frozenset[str] = frozenset()


def loop_names(loop: code.While | code.For) -> LoopNames:
    """The names that a loop binds, over and over."""
    bindings: dict[str, list[code.Node]] = {}
    for part in code.walk(loop):
        if isinstance(part, _BINDS):
            for name in _names((part,)):
                bindings.setdefault(name, []).append(part)
    bound = frozenset(bindings)
    return LoopNames(bound, bound - circulating(loop, bindings, _names((loop,))))


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
