"""Code and outlines as JSON-able lists, and back: what comes back has the types it should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, TypeAlias

from flake8_celery_get.source import code
from flake8_celery_get.source.outline import Definition, Outline

Reader: TypeAlias = "Callable[[Any, int], Any]"
"""Turns what was stored into a part of a node; the number is the file's last line."""

_KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (*vars(code).values(), Definition, Outline)
    if isinstance(kind, type) and is_dataclass(kind)
}
_FIELDS = {kind: tuple(part.name for part in fields(kind)) for kind in _KINDS.values()}

_STATEMENTS = frozenset(
    {
        "Assign", "Evaluate", "If", "While", "For", "With", "Try", "Match", "Return", "Raise",
        "Jump", "Assert", "Import", "Function", "Class",
    }
)  # fmt: skip
_PARTS = frozenset(
    {
        "Node", "Argument", "Parameter", "Clause", "Handler", "Case", "Imported", "Definition",
        "Outline",
    }
)  # fmt: skip
"""Kinds that are neither a statement nor an expression."""

_EXPRESSIONS = frozenset(_KINDS) - _STATEMENTS - _PARTS
LONGEST = 1_000_000_000
"""A file with more lines or columns is none."""


def pack(value: Any) -> Any:
    """Lists and scalars that stand for ``value``; nodes become ``{"": [kind, …]}``."""
    if isinstance(value, (list, tuple)):
        return [pack(part) for part in value]
    names = _FIELDS.get(type(value))
    if names is None:
        return value
    return {"": [type(value).__name__, *(pack(getattr(value, name)) for name in names)]}


def unpack(value: Any, last_line: int = LONGEST) -> Any:
    """What ``pack`` was given: a node, or a list of nodes.

    Raises KeyError, TypeError or ValueError for anything that ``pack`` did not make of code
    in a file with so many lines.
    """
    if isinstance(value, list):
        return [_node(part, last_line, _KINDS) for part in value]
    return _node(value, last_line, _KINDS)


def unpack_outline(value: Any, last_line: int) -> Outline:
    """The outline that was packed. Raises as `unpack` does."""
    outline: Outline = _node(value, last_line, ("Outline",))
    return outline


def unpack_block(value: Any, last_line: int) -> list[code.Statement]:
    """The statements that were packed. Raises as `unpack` does."""
    statements: list[code.Statement] = _reader("list[Statement]")(value, last_line)
    return statements


def _node(value: Any, last_line: int, allowed: Any) -> Any:
    kind, *parts = value[""]
    if type(value) is not dict or kind not in allowed:
        raise TypeError(kind)
    made, readers = _readers(kind)
    if len(parts) != len(readers):
        raise ValueError(kind)
    node = made(*[read(part, last_line) for read, part in zip(readers, parts, strict=True)])
    if kind in _CONSISTENT and not _CONSISTENT[kind](node, last_line):
        raise ValueError(kind)
    return node


_READERS: dict[str, tuple[Any, tuple[Reader, ...]]] = {}


def _readers(kind: str) -> tuple[Any, tuple[Reader, ...]]:
    """The class of a kind, and what reads each of its fields, by their annotations."""
    known = _READERS.get(kind)
    if known is None:
        made = _KINDS[kind]
        readers = tuple(_reader(str(part.type)) for part in fields(made))
        known = _READERS[kind] = made, readers
    return known


def _reader(annotation: str) -> Reader:
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    if annotation.endswith(" | None"):
        return _optional(_reader(annotation.removesuffix(" | None")))
    if annotation.startswith("list["):
        return _listed(list, _reader(annotation[len("list[") : -1]))
    if annotation.startswith("tuple["):
        return _listed(tuple, _reader(annotation[len("tuple[") : -len(", ...]")]))
    allowed = {"Expression": _EXPRESSIONS, "Statement": _STATEMENTS}
    kinds = allowed.get(annotation, frozenset({annotation}))
    return lambda value, last_line: _node(value, last_line, kinds)


def _optional(read: Reader) -> Reader:
    return lambda value, last_line: None if value is None else read(value, last_line)


def _listed(made: type, read: Reader) -> Reader:
    def listed(value: Any, last_line: int) -> Any:
        if type(value) is not list:
            raise TypeError(value)
        return made([read(part, last_line) for part in value])

    return listed


def _of_type(*types: type) -> Reader:
    def exact(value: Any, _last_line: int) -> Any:
        if type(value) not in types:
            raise TypeError(value)
        return value

    return exact


def _count(value: Any, _last_line: int) -> int:
    if type(value) is not int or not 0 <= value <= LONGEST:
        raise TypeError(value)
    return value


def _span(value: Any, last_line: int) -> code.Span:
    line, column, end_line, end_column = place = tuple(
        _count(number, last_line) for number in value
    )
    is_nowhere = place == code.NOWHERE
    if not is_nowhere and not (1 <= line <= end_line <= last_line):
        raise ValueError(value)
    if line == end_line and column > end_column:
        raise ValueError(value)
    return line, column, end_line, end_column


_SCALARS: dict[str, Reader] = {
    "str": _of_type(str),
    "bool": _of_type(bool),
    "int": _count,
    "Span": _span,
    "str | int | float | bool | None": _of_type(str, int, float, bool, type(None)),
}


def _stands(node: Definition, last_line: int) -> bool:
    """Whether a definition is of a known kind, and stands inside its file."""
    if node.kind not in {"function", "class", "statement"}:
        return False
    _span([node.line, node.column, node.end_line, node.end_column], last_line)
    return node.line > 0


_CONSISTENT: dict[str, Callable[[Any, int], bool]] = {
    "Definition": _stands,
    "Imported": lambda node, last_line: node.line <= last_line,
    "Compare": lambda node, _: len(node.operators) == len(node.rights) > 0,
    "Mapping": lambda node, _: len(node.keys) == len(node.values),
}
"""What the types of the fields alone don't say."""
