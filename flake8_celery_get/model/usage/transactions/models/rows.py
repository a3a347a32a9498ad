"""Calls that write rows: which row they give, or which of those that they get they write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from flake8_celery_get.model.known.rows import MANAGERS, ONE_AND_A_FLAG, with_async
from flake8_celery_get.source import code

CREATES = ONE_AND_A_FLAG | {"create", "bulk_create"}
"""Methods of managers that write rows and give them."""
WRITES = re.compile(r"(?:create\w*|save)\s*\(")
"""Text of whatever writes a row."""
_MANAGERS = MANAGERS | {"all_objects"}
_FORMS = ("form", "serializer", "formset")
_DATABASES = frozenset({"using", "db_manager"})
_SAVES = with_async({"save"})


def instance_of(node: code.Expression) -> str:
    """The name of the row that a form or a serializer is made with, and that it saves."""
    if not isinstance(node, code.Call):
        return ""
    made = code.last_name(node.function).lower()
    if not made.endswith(("form", "serializer")):  # a formset saves what belongs to it
        return ""
    for position, each in enumerate(node.arguments):
        is_first = position == 0 and not each.name and made.endswith("serializer")
        if each.name == "instance" or is_first:
            return code.dotted(each.value)
    return ""


def row_of(call: code.Expression) -> bool:
    """Whether a call writes a row and gives it: ``Model.objects.create()``, ``form.save()``."""
    if isinstance(call, code.Await):
        call = call.value
    if not isinstance(call, code.Call) or not isinstance(call.function, code.Attribute):
        return False
    if is_elsewhere(call):
        return False
    name, owner = call.function.name.removeprefix("a"), call.function.value
    if name in {"create", "update"} and is_super(owner):
        return True  # a serializer
    if name in CREATES or name.startswith("create_"):
        return is_of_manager(owner)
    if call.function.name == "save":
        is_form = code.last_name(owner).lower().endswith(_FORMS) or saves_by_super(call)
        return is_form and not _is_unsaved(call)
    return False


def is_of_manager(node: code.Expression) -> bool:
    """Whether something is asked of a manager, or of a query: ``Model.objects.filter()``."""
    return any(part in _MANAGERS or part.endswith("_set") for part in _parts(node))


def is_elsewhere(call: code.Call) -> bool:
    """Whether a call is told to use another database than the default one."""
    node: code.Expression = call
    while isinstance(node, (code.Attribute, code.Call)):
        if isinstance(node, code.Call):
            takes_any = code.last_name(node.function) in _DATABASES
            for each in node.arguments:
                if (each.name == "using" or takes_any) and _is_other(each.value):
                    return True
        node = node.value if isinstance(node, code.Attribute) else node.function
    return False


def _is_other(database: code.Expression) -> bool:
    """Whether it is the name of another database; a variable may hold any, the default too."""
    if isinstance(database, code.Constant):
        return database.value not in {None, "default"}
    name = code.last_name(database)
    return name.isupper() and "DEFAULT" not in name


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
    """What ``row.save()`` writes, as dotted text; empty for any other call.

    What is given a name or a file is no row: ``image.save(path)``.
    """
    if isinstance(call, code.Await):
        call = call.value
    if not isinstance(call, code.Call) or row_of(call) or is_elsewhere(call):
        return ""
    function = call.function
    if not isinstance(function, code.Attribute) or function.name not in _SAVES:
        return ""
    is_told = all(each.name or _is_flag(each.value) for each in call.arguments)
    return code.dotted(function.value) if is_told else ""


def _is_flag(node: code.Expression) -> bool:
    return isinstance(node, code.Constant) and not isinstance(node.value, str)


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


def _parts(node: code.Expression) -> Iterator[str]:
    while isinstance(node, (code.Attribute, code.Call)):
        if isinstance(node, code.Attribute):
            yield node.name
            node = node.value
        else:
            node = node.function


def _is_false(node: code.Expression) -> bool:
    return isinstance(node, code.Constant) and node.value is False
