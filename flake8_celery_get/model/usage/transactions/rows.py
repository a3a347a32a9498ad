"""Names that stand for rows which a transaction has written, or for something made from one."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.source import code

_CREATES = frozenset({"create", "bulk_create", "get_or_create", "update_or_create"})
_MANAGERS = frozenset({"objects", "_default_manager", "_base_manager", "all_objects"})
_FORMS = ("form", "serializer", "formset")
_KEEPS = frozenset(
    {"str", "int", "list", "tuple", "set", "dict", "sorted", "UUID", "force_str"}
)


def row_of(call: code.Expression) -> bool:
    """Whether a call writes a row and gives it: ``Model.objects.create()``, ``form.save()``."""
    if isinstance(call, code.Await):
        call = call.value
    if not isinstance(call, code.Call) or not isinstance(call.function, code.Attribute):
        return False
    name, owner = call.function.name.removeprefix("a"), call.function.value
    if name in _CREATES or call.function.name in _CREATES:
        return any(part in _MANAGERS or part.endswith("_set") for part in _parts(owner))
    if call.function.name == "save":
        is_unsaved = any(
            argument.name == "commit" and _is_false(argument.value)
            for argument in call.arguments
        )
        return code.last_name(owner).lower().endswith(_FORMS) and not is_unsaved
    return False


def saved_by(call: code.Expression) -> str:
    """What ``row.save()`` writes, as dotted text; empty for any other call."""
    if isinstance(call, code.Await):
        call = call.value
    if not isinstance(call, code.Call) or row_of(call):
        return ""
    function = call.function
    if isinstance(function, code.Attribute) and function.name in {"save", "asave"}:
        return code.dotted(function.value)
    return ""


def mentions(node: code.Node, rows: set[str]) -> bool:
    """Whether an expression is made from one of the rows."""
    if isinstance(node, (code.Attribute, code.Name)):
        text = code.dotted(node)
        if any(text == row or text.startswith(f"{row}.") for row in rows):
            return True
    if isinstance(node, code.Lambda):
        return False
    if isinstance(node, code.Call):
        keeps = code.last_name(node.function) in _KEEPS
        return keeps and any(mentions(argument.value, rows) for argument in node.arguments)
    if isinstance(node, code.Comprehension):
        return any(mentions(clause.iterable, rows) for clause in node.clauses)
    return any(mentions(child, rows) for child in code.children(node))


def _parts(node: code.Expression) -> Iterator[str]:
    while isinstance(node, (code.Attribute, code.Call)):
        if isinstance(node, code.Attribute):
            yield node.name
            node = node.value
        else:
            node = node.function


def _is_false(node: code.Expression) -> bool:
    return isinstance(node, code.Constant) and node.value is False
