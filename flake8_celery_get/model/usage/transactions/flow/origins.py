"""By which names a row is found: ``pk`` in ``Order.objects.get(pk=pk)``."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.model.known.rows import SHORTCUTS, with_async
from flake8_celery_get.model.usage.transactions.models.rows import (
    is_elsewhere,
    is_of_manager,
)
from flake8_celery_get.source import code

_KEYS = frozenset({"pk", "id", "uuid", "guid", "slug"})
_CHANGES = with_async({"update", "delete"})
_TOGETHER = with_async({"bulk_update"})
_CONVERTS = frozenset({"int", "str", "UUID"})


def origins_of(node: code.Expression) -> Iterator[tuple[str, str]]:
    """The names that one row is found by, each with the attribute of the row that it is."""
    if isinstance(node, code.Await):
        node = node.value
    is_query = isinstance(node, code.Call) and (
        code.last_name(node.function) in SHORTCUTS or is_of_manager(node)
    )
    if is_query:
        yield from _keys(node)


def changed_by(call: code.Call) -> Iterator[str]:
    """The names of keys of the rows that a query changes: ``….filter(pk__in=pks).update()``."""
    name = code.last_name(call.function)
    if name in _CHANGES and is_of_manager(call) and not is_elsewhere(call):
        owner = call.function.value if isinstance(call.function, code.Attribute) else call
        yield from (text for text, _ in _keys(owner))
    if name in _TOGETHER and is_of_manager(call) and call.arguments:
        yield code.dotted(call.arguments[0].value)


def _keys(node: code.Expression) -> Iterator[tuple[str, str]]:
    """The names in what a query, or one of those that it comes from, asks for."""
    while isinstance(node, (code.Attribute, code.Call)):
        if isinstance(node, code.Call):
            for each in node.arguments:
                text, key = _converted(each.value), each.name.removesuffix("__in")
                if text and key in _KEYS:
                    yield text, key
        node = node.value if isinstance(node, code.Attribute) else node.function


def _converted(node: code.Expression) -> str:
    """The name in ``int(pk)``."""
    while isinstance(node, code.Call) and code.last_name(node.function) in _CONVERTS:
        if not node.arguments:
            break
        node = node.arguments[0].value
    return code.dotted(node)
