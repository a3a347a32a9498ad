"""What of a row leads a worker to it: the row itself, or a key that it is found by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from typing import TypeAlias

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.usage.transactions.models.rows import row_of
from flake8_celery_get.source import code

Origins: TypeAlias = "Mapping[str, Set[str]]"
"""Names, each with the attributes of other names that it stands for: ``pk`` for ``order.pk``."""

IsOne: TypeAlias = Callable[[str], bool]
"""Tells whether a dotted name leads to a row."""

_KEYS = frozenset({"code", "guid", "id", "key", "number", "pk", "slug", "uid", "uuid"})
_KEEPS = celery_words.BUILDS | frozenset(
    {"str", "int", "list", "tuple", "set", "dict", "sorted", "UUID", "force_str"}
)
_ASKS = frozenset({"get", "pop"})
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_JOINED_KEY = re.compile(r"(?:user|object|order|item|task|job|session|u|gu|o|x|s)id")
_NO_KEY = re.compile(
    r"(?:access|api|area|card|country|currency|fax|house|lang(?:uage)?|mobile|phone|post(?:al)?"
    r"|private|public|secret|status|zip)_(?:code|key|number)"
)
"""Attributes that are values for somebody else, such as a phone number."""
_SPACE = re.compile(r"\s")
_INDEX = re.compile(r"\.\[\d+\]")
_ITEM = re.compile(r"\.\['(\w+)'\]")


def hands_on(node: code.Node, rows: Set[str], origins: Origins) -> bool:
    """Whether an argument leads a worker to one of the rows, or a function of the project.

    ``row.email`` and ``row.file.path`` are values of something else: no query takes them.
    ``row.user.id`` counts: the worker sees that user without what was written beside it.
    """
    return _is_made_from(
        node, lambda text: any(_leads_to(each, rows) for each in meant(text, origins))
    )


def meant(text: str, origins: Origins) -> Iterator[str]:
    """The text itself, and what it says if names in it stand for something of others."""
    yield text
    owner = text
    while owner:
        for origin in origins.get(owner, ()):
            yield origin + text[len(owner) :]
        owner = owner.rpartition(".")[0]


def is_key(name: str) -> bool:
    """Whether rows are found by what has this name: ``pk``, ``order_id``, ``orderNumber``."""
    words = _WORD.findall(name)
    if _NO_KEY.search(name.lower()) or not words:
        return False
    last = words[-1].lower()
    return last in _KEYS or _JOINED_KEY.fullmatch(last) is not None


def _leads_to(text: str, rows: Iterable[str]) -> bool:
    return any(
        text == row or (text.startswith(f"{row}.") and _is_key_in(text[len(row) :]))
        for row in rows
    )


def _is_key_in(behind: str) -> bool:
    """Whether what stands behind a row leads to it: ``.pk``, ``.user.id``, ``[0]``."""
    rest = _ITEM.sub(r".\1", _INDEX.sub("", behind)).removesuffix(".hex")
    return not rest or is_key(rest.rpartition(".")[2])


def _is_made_from(node: code.Node, is_one: IsOne) -> bool:
    text = code.dotted(node)
    if text:
        return is_one(text)
    match node:
        case code.Attribute(value=value, name=name):
            return row_of(value) and is_key(name)
        case code.Subscript(value=value):
            return _is_made_from(value, is_one)
        case code.Call():
            return row_of(node) or _is_kept(node, is_one)
        case code.Comprehension():
            return _comes_from(node, is_one)
        case code.Conditional(body=body, orelse=orelse):
            return _is_made_from(body, is_one) or _is_made_from(orelse, is_one)
        case code.Template(start=start, texts=texts) if _SPACE.search(
            start.join(["", *texts])
        ):
            return False  # a sentence, in which no worker looks for a key
        case code.Lambda() | code.Compare() | code.Not():
            return False
    return any(_is_made_from(child, is_one) for child in code.children(node))


def _is_kept(call: code.Call, is_one: IsOne) -> bool:
    """Whether a call gives what it gets: ``str(row.pk)``, or an item: ``found.get("row")``."""
    if code.dotted(call.function) == "getattr":
        return is_one(_attribute(call))
    text = asked(call)
    if text:
        return is_one(text)
    keeps = code.last_name(call.function) in _KEEPS
    return keeps and any(_is_made_from(each.value, is_one) for each in call.arguments)


def _comes_from(node: code.Comprehension, is_one: IsOne) -> bool:
    """Whether it has keys of rows in it, or the rows: ``[row.pk for row in rows]``."""
    names: set[str] = set()

    def is_item(text: str) -> bool:
        return is_one(text) or _leads_to(text, names)

    for clause in node.clauses:
        if _is_made_from(clause.iterable, is_item):
            names |= code.names_in(clause.target)
    parts = (part for part in (node.key, node.element) if part is not None)
    return any(_is_made_from(part, is_item) for part in parts)


def asked(call: code.Expression) -> str:
    """``kwargs.get("name")`` as ``kwargs["name"]`` is written in dotted text."""
    if not isinstance(call, code.Call) or code.last_name(call.function) not in _ASKS:
        return ""
    key = call.arguments[0].value if call.arguments else None
    if not isinstance(call.function, code.Attribute) or not isinstance(key, code.Constant):
        return ""
    return f"{code.dotted(call.function.value)}.[{key.value!r}]"


def _attribute(call: code.Call) -> str:
    """``getattr(row, "pk", None)`` as ``row.pk``."""
    match [each.value for each in call.arguments]:
        case [owner, code.Constant(value=str(name)), *_]:
            text = code.dotted(owner)
            return f"{text}.{name}" if text else ""
    return ""
