"""The kinds of values that JSON can't serialize, and what gives them."""

from __future__ import annotations

import re

SET, FUNCTION, GENERATOR, FILE, TIMEDELTA, PATH, REQUEST, MODEL, QUERYSET, OBJECT, MEMBER = (
    "a set", "a function", "a generator", "an open file", "a timedelta", "a path",
    "the request", "a model instance", "a queryset", "an object", "a member of an enum",
)  # fmt: skip
EXCEPTION, TASK, DICT_VIEW, TUPLE_KEY, PATTERN, UPLOAD = (
    "an exception", "a task", "a view of a dict", "a dict with a tuple as a key",
    "a compiled pattern", "an uploaded file",
)  # fmt: skip

OF_BUILTINS = {
    "set": SET, "frozenset": SET, "open": FILE, "map": GENERATOR, "filter": GENERATOR,
    "zip": GENERATOR, "enumerate": GENERATOR, "reversed": GENERATOR, "range": GENERATOR,
    "object": OBJECT, "complex": OBJECT,
}  # fmt: skip
LISTS = frozenset({"list", "sorted", "tuple"})
"""Built-in functions that give the items of what they get."""
OF_DISPLAYS = {"set": SET, "generator": GENERATOR}

DICT_VIEWS = frozenset({"items", "keys", "values"})
"""Methods of a dict that give no list."""

_MADE = {
    "datetime.timedelta()": TIMEDELTA, "builtins.open()": FILE, "re.compile()": PATTERN,
    "io.BytesIO()": OBJECT, "io.StringIO()": OBJECT,
    "flask.request": REQUEST, "quart.request": REQUEST,
}  # fmt: skip
_PATH = re.compile(
    r"pathlib\.Path(?:\(\)|\.cwd\(\)|\.home\(\))(?:\.parent"
    r"|\.(?:absolute|expanduser|joinpath|relative_to|rename|replace|resolve|with_\w+)\(\))*"
)
_OF_PATHS = {"open": FILE, "glob": GENERATOR, "iterdir": GENERATOR, "rglob": GENERATOR}


def kind_of_made(path: str) -> str:
    """What a call of the standard library gives; empty for what JSON may carry."""
    if path in _MADE:
        return _MADE[path]
    if _PATH.fullmatch(path):
        return PATH
    owner, _, name = path.removesuffix("()").rpartition(".")
    is_of_path = path.endswith("()") and _PATH.fullmatch(owner)
    return _OF_PATHS.get(name, "") if is_of_path else ""
