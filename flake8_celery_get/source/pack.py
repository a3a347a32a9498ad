"""Code and outlines as JSON-able lists, and back: what comes back has the types it should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple, TypeAlias, get_args

from flake8_celery_get.source import code, declared
from flake8_celery_get.source.lines import Lines
from flake8_celery_get.source.outline import Definition, DefinitionKind, Outline


class Extent(NamedTuple):
    """How far a file reaches: nothing stands below or beside it."""

    lines: int = 1_000_000_000
    columns: int = 1_000_000_000

    @classmethod
    def of(cls, lines: Lines) -> Extent:
        """The extent of a file with these lines."""
        return cls(len(lines), lines.width)


ANY_EXTENT = Extent()
Reader: TypeAlias = "Callable[[Any, Extent], Any]"
"""Turns what was stored into a part of a node in a file of an extent."""

_KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (*vars(code).values(), *vars(declared).values(), Definition, Outline)
    if isinstance(kind, type) and is_dataclass(kind)
}
_FIELDS = {kind: tuple(part.name for part in fields(kind)) for kind in _KINDS.values()}

_STATEMENTS = frozenset(
    {
        "Assign", "Evaluate", "If", "While", "For", "With", "Try", "Match", "Return", "Raise",
        "Jump", "Global", "Assert", "Import", "Function", "Class",
    }
)  # fmt: skip
_PARTS = frozenset(
    {
        "Node", "Argument", "Parameter", "Clause", "Handler", "Case", "Imported", "Definition",
        "Outline", "ParameterSpec", "Keywords",
    }
)  # fmt: skip
"""Kinds that are neither a statement nor an expression."""

_EXPRESSIONS = frozenset(_KINDS) - _STATEMENTS - _PARTS


def pack(node: Any) -> dict[str, list[Any]]:
    """What ``json.dumps`` is to write for a node, its fields as they are: ``{"": [kind, …]}``.

    Raises TypeError for anything else, as the ``default`` of ``json.dumps`` should.
    """
    names = _FIELDS.get(type(node))
    if names is None:
        raise TypeError(f"{type(node).__name__} is no part of code")
    return {"": [type(node).__name__, *[getattr(node, name) for name in names]]}


def unpack(value: Any, extent: Extent = ANY_EXTENT) -> Any:
    """The node, or the list of nodes, that was written to JSON with ``pack``.

    Raises KeyError, TypeError or ValueError for anything that ``pack`` did not make of code
    in a file of this extent.
    """
    if isinstance(value, list):
        return [_node(part, extent, _KINDS) for part in value]
    return _node(value, extent, _KINDS)


def unpack_outline(value: Any, extent: Extent) -> Outline:
    """The outline that was packed. Raises as `unpack` does."""
    outline: Outline = _node(value, extent, ("Outline",))
    return outline


def unpack_block(value: Any, extent: Extent) -> list[code.Statement]:
    """The statements that were packed. Raises as `unpack` does."""
    statements: list[code.Statement] = _reader("list[Statement]")(value, extent)
    return statements


def unpack_rows(value: Any, extent: Extent) -> dict[str, list[int]]:
    """Numbers of lines, in order, by what was found there. Raises as `unpack` does."""
    if type(value) is not dict:
        raise TypeError(value)
    rows: dict[str, list[int]] = {
        name: _reader("list[int]")(numbers, extent) for name, numbers in value.items()
    }
    if any(numbers != sorted(numbers) for numbers in rows.values()):
        raise ValueError(value)
    return rows


def _node(value: Any, extent: Extent, allowed: Any) -> Any:
    kind, *parts = value[""]
    if type(value) is not dict or kind not in allowed:
        raise TypeError(kind)
    made, readers = _readers(kind)
    if len(parts) != len(readers):
        raise ValueError(kind)
    node = made(*[read(part, extent) for read, part in zip(readers, parts, strict=True)])
    if kind in _CONSISTENT and not _CONSISTENT[kind](node, extent):
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
    return lambda value, extent: _node(value, extent, kinds)


def _optional(read: Reader) -> Reader:
    return lambda value, extent: None if value is None else read(value, extent)


def _listed(made: type, read: Reader) -> Reader:
    def listed(value: Any, extent: Extent) -> Any:
        if type(value) is not list:
            raise TypeError(value)
        # Most lists of an outline are empty.
        return made([read(part, extent) for part in value]) if value else made()

    return listed


def _of_type(*types: type) -> Reader:
    def exact(value: Any, _extent: Extent) -> Any:
        if type(value) not in types:
            raise TypeError(value)
        return value

    return exact


def _one_of(literal: Any) -> Reader:
    texts = get_args(literal)

    def exact(value: Any, _extent: Extent) -> Any:
        if type(value) is not str or value not in texts:
            raise ValueError(value)
        return value

    return exact


def _count(value: Any, extent: Extent) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(value)
    if value > extent.lines and value > extent.columns:
        raise TypeError(value)
    return value


def _span(value: Any, extent: Extent) -> code.Span:
    line, column, end_line, end_column = value
    place = line, column, end_line, end_column
    for number in place:
        _count(number, extent)
    is_nowhere = place == code.NOWHERE
    if not is_nowhere and not (1 <= line <= end_line <= extent.lines):
        raise ValueError(value)
    if max(column, end_column) > extent.columns or place[:2] > place[2:]:
        raise ValueError(value)
    return place


_SCALARS: dict[str, Reader] = {
    "str": _of_type(str),
    "bool": _of_type(bool),
    "int": _count,
    "Span": _span,
    "ParameterKind": _one_of(declared.ParameterKind),
    "DefinitionKind": _one_of(DefinitionKind),
    "DisplayKind": _one_of(code.DisplayKind),
    "ComprehensionKind": _one_of(code.ComprehensionKind),
    "JumpKind": _one_of(code.JumpKind),
    "str | int | float | bool | None": _of_type(str, int, float, bool, type(None)),
}


def _stands(node: Definition, extent: Extent) -> bool:
    """Whether a definition stands inside its file."""
    _span([node.line, node.column, node.end_line, node.end_column], extent)
    return node.line > 0


_CONSISTENT: dict[str, Callable[[Any, Extent], bool]] = {
    "Definition": _stands,
    "Imported": lambda node, extent: (
        node.line <= extent.lines and node.level <= extent.columns  # a dot is a column
    ),
    "Compare": lambda node, _: len(node.operators) == len(node.rights) > 0,
    "Mapping": lambda node, _: len(node.keys) == len(node.values),
}
"""What the types of the fields alone don't say."""
