"""Names in a loop that stand for the same values round after round, perhaps for fewer.

``todo = [each for each in todo if not each.ready()]``, and ``todo.append(todo.popleft())``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from flake8_celery_get.model.known.callables import CONTAINERS
from flake8_celery_get.source import code

KEEPS_ELEMENTS = CONTAINERS | {"copy", "items", "keys", "sorted", "values"}
"""What gives the elements of a container without making new ones."""
_TAKES = frozenset({"get", "get_nowait", "pop", "popleft"})
_PUTS = frozenset({"add", "append", "appendleft", "insert", "put", "put_nowait"})

Bindings: TypeAlias = Mapping[str, Sequence[code.Node]]


def circulating(loop: code.Node, bindings: Bindings, own: frozenset[str]) -> frozenset[str]:
    """Those of the names a loop binds that get nothing but what was there before.

    The loop's ``own`` names stand for something else each time.
    """
    puts = _puts(loop)
    same = set(bindings) - own
    while True:
        others = {
            name
            for name in same
            if not all(_keeps(name, node, same, bindings, puts) for node in bindings[name])
        }
        if not others:
            return frozenset(same)
        same -= others


def _puts(loop: code.Node) -> dict[str, list[code.Expression]]:
    """What each container gets."""
    found: dict[str, list[code.Expression]] = {}
    calls = (node for node in code.walk(loop) if isinstance(node, code.Call))
    for call in calls:
        method = call.function
        if isinstance(method, code.Attribute) and method.name in _PUTS and call.arguments:
            put = call.arguments[-1].value
            found.setdefault(code.dotted(method.value), []).append(put)
    return found


def _keeps(
    name: str,
    node: code.Node,
    same: set[str],
    bindings: Bindings,
    puts: Mapping[str, list[code.Expression]],
) -> bool:
    """Whether a binding gives the name only what circulates."""

    def is_old(value: code.Expression) -> bool:
        new = code.names_in(value) & bindings.keys() - same
        calls = (part for part in code.walk(value) if isinstance(part, code.Call))
        return not new and all(code.last_name(c.function) in KEEPS_ELEMENTS for c in calls)

    if isinstance(node, code.For):
        return is_old(node.iterable)
    value = node.value if isinstance(node, (code.Assign, code.Walrus)) else None
    if isinstance(value, code.Comprehension):
        last = value.clauses[-1]
        is_filter = isinstance(value.element, code.Name) and is_old(last.iterable)
        return is_filter and code.dotted(last.target) == code.dotted(value.element)
    if isinstance(value, code.Call) and isinstance(value.function, code.Attribute):
        source = code.dotted(value.function.value)
        is_back = any(code.dotted(put) == name for put in puts.get(source, ()))
        return is_back and value.function.name in _TAKES
    if isinstance(value, code.Name):
        return value.id in same and value.id != name
    return _is_empty(value) and name in puts and all(map(is_old, puts[name]))


def _is_empty(value: code.Expression | None) -> bool:
    if isinstance(value, code.Call):
        return code.last_name(value.function) in CONTAINERS and not value.arguments
    return isinstance(value, code.Display) and not value.items
