"""Names that stand for rows which a transaction has written, or for something made from one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from flake8_celery_get.source import code

_CREATES = frozenset({"create", "bulk_create", "get_or_create", "update_or_create"})
WRITES = re.compile(r"(?:create\w*|save)\s*\(")
"""Text of whatever writes a row."""
_MANAGERS = frozenset({"objects", "_default_manager", "_base_manager", "all_objects"})
_FORMS = ("form", "serializer", "formset")
_KEEPS = frozenset(
    {"str", "int", "list", "tuple", "set", "dict", "sorted", "UUID", "force_str"}
)

_ASKS = frozenset({"get", "pop"})
_KEYS = ("id", "pk", "key", "slug", "code", "number")
"""Ends of names for what a row is found by."""


def row_of(call: code.Expression) -> bool:
    """Whether a call writes a row and gives it: ``Model.objects.create()``, ``form.save()``."""
    if isinstance(call, code.Await):
        call = call.value
    if not isinstance(call, code.Call) or not isinstance(call.function, code.Attribute):
        return False
    name, owner = call.function.name.removeprefix("a"), call.function.value
    if name in {"create", "update"} and is_super(owner):
        return True  # a serializer
    if name in _CREATES or name.startswith("create_"):
        return any(part in _MANAGERS or part.endswith("_set") for part in _parts(owner))
    if call.function.name == "save":
        is_form = code.last_name(owner).lower().endswith(_FORMS) or saves_by_super(call)
        return is_form and not _is_unsaved(call)
    return False


def _is_unsaved(call: code.Call) -> bool:
    """``form.save(commit=False)``, which only makes the row."""
    commit = [each.value for each in call.arguments if each.name == "commit"]
    return any(map(_is_false, commit or [each.value for each in call.arguments]))


def saves_by_super(call: code.Call) -> bool:
    """``super().save(…)`` of a form or a model; storages save a name and a content."""
    function = call.function
    if not isinstance(function, code.Attribute) or function.name != "save":
        return False
    return is_super(function.value) and sum(not each.name for each in call.arguments) < 2


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


def is_super(node: code.Expression) -> bool:
    """Whether it is ``super()``."""
    return isinstance(node, code.Call) and code.dotted(node.function) == "super"


def returns_row(function: code.Function) -> bool:
    """Whether a function writes a row, and returns that very row."""
    rows: set[str] = set()
    for node in _walk(function.body):
        if isinstance(node, code.Assign) and node.value is not None and row_of(node.value):
            rows |= {code.dotted(target) for target in node.targets}
        elif isinstance(node, code.Evaluate):
            rows.add(saved_by(node.value))
    rows.discard("")
    return any(
        isinstance(node, code.Return)
        and node.value is not None
        and (row_of(node.value) or code.dotted(node.value) in rows)
        for node in _walk(function.body)
    )


def saved_parameters(function: code.Function) -> set[str]:
    """The parameters that a function itself saves: ``row.save()``."""
    saved = {
        saved_by(node.value)
        for node in _walk(function.body)
        if isinstance(node, code.Evaluate)
    }
    return saved & {parameter.name for parameter in function.parameters}


def _walk(nodes: Iterable[code.Node]) -> Iterator[code.Node]:
    """All nodes but those of nested functions."""
    for node in nodes:
        yield node
        if not isinstance(node, (code.Function, code.Class, code.Lambda)):
            yield from _walk(code.children(node))


def mentions(node: code.Node, rows: set[str]) -> bool:
    """Whether an expression is made from one of the rows."""
    return _is_made_from(node, lambda text: _is_of(text, rows))


def hands_on(node: code.Node, rows: set[str]) -> bool:
    """Whether an argument leads a worker to one of the rows.

    ``row.file.path`` is a value of something else: no query takes it.
    """
    return _is_made_from(
        node, lambda text: _is_of(text, rows) and _leads_to_row(text, rows)
    )


def passes_row(node: code.Node, rows: set[str]) -> bool:
    """Whether a function gets one of the rows, or what it is found by, as this argument."""
    return _is_made_from(
        node, lambda text: text in rows or (_is_of(text, rows) and _is_key(text))
    )


def _is_key(text: str) -> bool:
    return text.rpartition(".")[2].lower().endswith(_KEYS)


def _is_of(text: str, rows: set[str]) -> bool:
    return any(text == row or text.startswith(f"{row}.") for row in rows)


def _leads_to_row(text: str, rows: set[str]) -> bool:
    behind = [text.removeprefix(row) for row in rows if _is_of(text, {row})]
    return _is_key(text) or any(rest.count(".") < 2 for rest in behind)


def _is_made_from(node: code.Node, is_one: Callable[[str], bool]) -> bool:
    if isinstance(node, (code.Attribute, code.Name, code.Subscript)) and is_one(
        code.dotted(node)
    ):
        return True
    if isinstance(node, code.Attribute) and code.dotted(node):
        return False
    if isinstance(node, code.Lambda):
        return False
    if isinstance(node, code.Call):
        if code.last_name(node.function) in _ASKS:
            return is_one(_asked(node))
        keeps = code.last_name(node.function) in _KEEPS
        return keeps and any(
            _is_made_from(argument.value, is_one) for argument in node.arguments
        )
    if isinstance(node, code.Comprehension):
        return any(_is_made_from(clause.iterable, is_one) for clause in node.clauses)
    return any(_is_made_from(child, is_one) for child in code.children(node))


def _asked(call: code.Call) -> str:
    """``kwargs.get("name")`` as ``kwargs["name"]`` is written in dotted text."""
    key = call.arguments[0].value if call.arguments else None
    if not isinstance(call.function, code.Attribute) or not isinstance(key, code.Constant):
        return ""
    return f"{code.dotted(call.function.value)}.[{key.value!r}]"


def _parts(node: code.Expression) -> Iterator[str]:
    while isinstance(node, (code.Attribute, code.Call)):
        if isinstance(node, code.Attribute):
            yield node.name
            node = node.value
        else:
            node = node.function


def _is_false(node: code.Expression) -> bool:
    return isinstance(node, code.Constant) and node.value is False
