"""What an annotation tells of a value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.values.parts import either
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    AppValue,
    ClassValue,
    External,
    Handle,
    Instance,
    Items,
    Made,
    Parameter,
    Signature,
    TaskValue,
    Unknown,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame

_CONTAINERS = frozenset(
    {"list", "List", "tuple", "Tuple", "set", "Set", "Sequence", "Iterable", "Iterator"}
)
_MAPPINGS = frozenset({"dict", "Dict", "Mapping"})


def annotated(frame: Frame, annotation: code.Expression, target: code.Expression) -> Value:
    """The value of a parameter or variable ``target`` that is annotated so."""
    key = ("given", frame.scope.path, *frame.place(), code.dotted(target))
    value = _meaning(frame, annotation)
    return _keyed(value, key)


def as_annotated(
    frame: Frame, value: Value, annotation: code.Expression, target: code.Expression
) -> Value:
    """The value, or what an annotation tells of it where it tells more."""
    if not isinstance(value, (Unknown, Made, External, Parameter)):
        return value
    said = annotated(frame, annotation, target)
    # `current_app` of a framework and what a caller gives may well be of a class of the project.
    is_more = isinstance(said, Instance) or isinstance(value, (Unknown, Made))
    return said if is_more and said != UNKNOWN else value


def _keyed(value: Value, key: tuple[object, ...]) -> Value:
    if isinstance(value, Handle):
        return Handle(value.kind, key, "given")
    if isinstance(value, Items):
        parts = (_keyed(part, (*key, place)) for place, part in enumerate(value.values))
        return Items(tuple(parts), value.kind, value.exact)
    return value


def _meaning(frame: Frame, node: code.Expression) -> Value:
    if isinstance(node, code.Constant) and isinstance(node.value, str):
        return _meaning(frame, _parsed(node.value))
    if isinstance(node, code.Subscript):
        return _generic(frame, node)
    if isinstance(node, code.Binary) and node.operator == "|":
        return _union([_meaning(frame, node.left), _meaning(frame, node.right)])
    if not isinstance(node, (code.Name, code.Attribute)):
        return UNKNOWN
    return _instance_of(frame.evaluate(node))


def _instance_of(value: Value) -> Value:
    if isinstance(value, ClassValue):
        return Instance(value.symbol)
    if not isinstance(value, External):
        return UNKNOWN
    word = celery_words.celery_word(value.path)
    if word in celery_words.HANDLES:
        return Handle(word, ())
    if word in {"Signature", "group", "chain", "chord"}:
        return Signature(celery_words.CANVAS[word])
    if word == "Task":
        return TaskValue("")
    return AppValue() if word == "Celery" else UNKNOWN


def _generic(frame: Frame, node: code.Subscript) -> Value:
    name = code.last_name(node.value)
    inner = _arguments(node)
    if name in {"Optional", "Union", "Annotated"}:
        return _union([_meaning(frame, part) for part in inner])
    if name in {"tuple", "Tuple"} and not _is_endless(inner):
        return Items(tuple(_meaning(frame, part) for part in inner), exact=True)
    if name in _CONTAINERS and inner:
        return Items((_meaning(frame, inner[0]),))
    if name in _MAPPINGS and inner:
        return Items((_meaning(frame, inner[-1]),), "mapping")
    return _instance_of(_plain(frame, node.value))


def _is_endless(inner: list[code.Expression]) -> bool:
    """Whether a tuple's annotation ends in ``...``."""
    return len(inner) == 2 and isinstance(inner[1], code.Other)


def _plain(frame: Frame, node: code.Expression) -> Value:
    return (
        frame.evaluate(node) if isinstance(node, (code.Name, code.Attribute)) else UNKNOWN
    )


def _arguments(node: code.Subscript) -> list[code.Expression]:
    if isinstance(node.index, code.Display):
        return node.index.items
    return [node.index] if node.index is not None else []


def _union(values: list[Value]) -> Value:
    known = [value for value in values if value != UNKNOWN]
    return either(known)


def _parsed(text: str) -> code.Expression:
    """A quoted annotation; only names, subscripts and ``|`` mean anything here."""
    try:
        return _converted(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code.Other([])


def _converted(node: ast.expr) -> code.Expression:
    if isinstance(node, ast.Name):
        return code.Name(node.id)
    if isinstance(node, ast.Attribute):
        return code.Attribute(_converted(node.value), node.attr)
    if isinstance(node, ast.Subscript):
        return code.Subscript(_converted(node.value), _converted(node.slice))
    if isinstance(node, ast.Tuple):
        return code.Display("tuple", [_converted(part) for part in node.elts])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return code.Binary("|", _converted(node.left), _converted(node.right))
    return code.Other([])
