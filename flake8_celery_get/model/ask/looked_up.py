"""Whether a function looks an id up before it asks Celery for the state."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.model.known.celery_words import HANDLES
from flake8_celery_get.source import code

_KNOWS_NOTHING = frozenset(
    {
        "UUID", "bool", "critical", "debug", "error", "exception", "format", "getattr",
        "hasattr", "info", "isinstance", "jsonify", "len", "log", "print", "redirect", "repr",
        "reverse", "str", "type", "url_for", "warning",
    }
)  # fmt: skip
"""Functions that an id is handed to without being looked up."""

_KEYED = frozenset(
    {"exists", "get", "get_or_none", "has_key", "hexists", "hget", "sismember"}
)
"""Methods of what keeps values by a key, which may be a text with the id in it."""


def is_owner_asked(ids: frozenset[str], function: code.Function) -> bool:
    """Whether the object that holds an id is asked for something else before: ``job.finished``."""
    owners = {text.rpartition(".")[0] for text in ids} - {""}
    return any(
        isinstance(part, code.Attribute)
        and code.describe(part.value) in owners
        and code.describe(part) not in ids
        for test in _guards(function)
        for part in code.walk(test)
    )


def _guards(function: code.Function) -> Iterator[code.Expression]:
    """What is asked by each ``if`` that may leave the function."""
    for part in code.walk(function):
        if isinstance(part, code.If) and any(
            isinstance(each, (code.Return, code.Raise)) for each in part.body
        ):
            yield part.test


def is_looked_up(names: frozenset[str], function: code.Function) -> bool:
    """Whether one of an id's names is handed to what may know whether the id exists."""
    keys = names | frozenset(_keys_with(names, function))
    return any(_looks_up(names, keys, part) for part in code.walk(function))


def _keys_with(names: frozenset[str], function: code.Function) -> Iterator[str]:
    """The variables that hold a text with the id in it."""
    for part in code.walk(function):
        value = part.value if isinstance(part, code.Assign) else None
        if isinstance(part, code.Assign) and value and _is_text_with(names, value):
            yield from (code.dotted(target) for target in part.targets)


def _looks_up(names: frozenset[str], keys: frozenset[str], part: code.Node) -> bool:
    if isinstance(part, code.Call):
        name = code.last_name(part.function)
        known = keys if name in _KEYED else names
        return name not in HANDLES | _KNOWS_NOTHING and any(
            _is_one_of(known, argument.value)
            or (name in _KEYED and _is_text_with(names, argument.value))
            for argument in part.arguments
        )
    key = _key_sought(part)
    return key is not None and (_is_one_of(keys, key) or _is_text_with(names, key))


def _key_sought(part: code.Node) -> code.Expression | None:
    """What is sought in ``part``: ``key in jobs``, ``jobs[key]``."""
    if isinstance(part, code.Subscript):
        return part.index
    if isinstance(part, code.Compare) and {"in", "not in"}.issuperset(part.operators):
        return part.left
    return None


def _is_one_of(names: frozenset[str], value: code.Expression) -> bool:
    """Whether a value is called by one of the names, or is an attribute of one."""
    return code.describe(value).partition(".")[0] in names


def _is_text_with(names: frozenset[str], value: code.Expression) -> bool:
    """``f"job:{id}"``, ``"job:" + id``, ``"job:{}".format(id)``."""
    is_text = isinstance(value, (code.Template, code.Binary)) or (
        isinstance(value, code.Call) and code.last_name(value.function) == "format"
    )
    return is_text and bool(names & code.names_in(value))
