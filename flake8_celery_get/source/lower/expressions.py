"""How each kind of expression is lowered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from sys import intern
from typing import Any, cast

import libcst as cst

from flake8_celery_get.source import code
from flake8_celery_get.source.lower.walk import (
    OPERATORS,
    Lowering,
    expression_of,
    parameters,
)


@expression_of(cst.Name)
def _name(_: Lowering, node: cst.Name) -> code.Node:
    if node.value in _SINGLETONS:
        return code.Constant(_SINGLETONS[node.value])
    return code.Name(intern(node.value))


_SINGLETONS = {"None": None, "True": True, "False": False}


@expression_of(cst.Attribute)
def _attribute(low: Lowering, node: cst.Attribute) -> code.Node:
    return code.Attribute(
        low.expression(node.value), intern(node.attr.value), low.span(node)
    )


@expression_of(cst.Call)
def _call(low: Lowering, node: cst.Call) -> code.Node:
    arguments = [
        code.Argument(intern(arg.keyword.value), low.expression(arg.value), low.span(arg))
        if arg.keyword
        else code.Argument(arg.star, low.expression(arg.value))
        for arg in node.args
    ]
    return code.Call(low.expression(node.func), arguments, low.span(node))


@expression_of(cst.Integer, cst.Float)
def _number(_: Lowering, node: cst.Integer | cst.Float) -> code.Node:
    is_plain = node.value.isdecimal() and node.value.isascii()
    return code.Constant(int(node.value) if is_plain else node.evaluated_value)


@expression_of(cst.SimpleString, cst.ConcatenatedString)
def _string(low: Lowering, node: cst.SimpleString | cst.ConcatenatedString) -> code.Node:
    value = _text_of(node)
    if isinstance(value, str):
        return code.Constant(value)
    if isinstance(node, cst.ConcatenatedString):
        return code.Other(low.expressions([node.left, node.right]))
    return code.Other([])


def _text_of(node: cst.SimpleString | cst.ConcatenatedString) -> object:
    if isinstance(node, cst.SimpleString) and not node.prefix and "\\" not in node.value:
        return node.raw_value  # nine strings in ten, without compiling them
    try:
        return node.evaluated_value
    except (SyntaxError, ValueError):
        return None


# Template strings came with Python 3.14, and with a libcst that knows them.
_TEMPLATES = (cst.FormattedString, getattr(cst, "TemplatedString", cst.FormattedString))


@expression_of(*_TEMPLATES)
def _formatted(low: Lowering, node: cst.FormattedString) -> code.Node:
    parts = _formatted_parts(low, node.parts)
    start = node.parts[0] if node.parts else None
    text = start.value if isinstance(start, cst.FormattedStringText) else ""
    # An escape is not taken apart: no beginning that matters has one.
    first = "" if _has_escapes(text) else text
    return code.Template(first, parts, _texts_behind(node.parts[1 if text else 0 :], text))


def _has_escapes(text: str) -> bool:
    return "\\" in text or "{{" in text or "}}" in text


def _texts_behind(parts: Sequence[cst.CSTNode], first: str) -> list[str]:
    """The text behind each expression, where no escape, conversion or format is about."""
    texts: list[str] = []
    for part in parts:
        if isinstance(part, cst.FormattedStringText):
            if not texts:
                return []
            texts[-1] += part.value
        elif isinstance(part, cst.FormattedStringExpression) and _is_plain(part):
            texts.append("")
        else:
            return []
    return [] if any(map(_has_escapes, (first, *texts))) else texts


def _is_plain(part: cst.FormattedStringExpression) -> bool:
    return part.conversion is None and part.format_spec is None and part.equal is None


def _formatted_parts(low: Lowering, parts: Sequence[cst.CSTNode]) -> list[code.Expression]:
    found: list[code.Expression] = []
    for part in parts:
        inner = getattr(part, "expression", None)
        if inner is not None:
            found.append(low.expression(inner))
            found += _formatted_parts(low, getattr(part, "format_spec", None) or ())
    return found


_DISPLAYS: dict[type[cst.CSTNode], code.DisplayKind] = {
    cst.Tuple: "tuple",
    cst.List: "list",
    cst.Set: "set",
}


@expression_of(cst.Tuple, cst.List, cst.Set)
def _display(low: Lowering, node: cst.Tuple | cst.List | cst.Set) -> code.Node:
    return code.Display(
        _DISPLAYS[type(node)],
        [
            code.Starred(low.expression(element.value))
            if isinstance(element, cst.StarredElement)
            else low.expression(element.value)
            for element in node.elements
        ],
    )


@expression_of(cst.Dict)
def _dict(low: Lowering, node: cst.Dict) -> code.Node:
    return code.Mapping(
        [low.optional(getattr(element, "key", None)) for element in node.elements],
        low.expressions([element.value for element in node.elements]),
        low.span(node),
        [_place_of_key(low, element) for element in node.elements],
    )


def _place_of_key(low: Lowering, element: cst.BaseDictElement) -> code.Span:
    key = element.key if isinstance(element, cst.DictElement) else None
    return low.span(key) if isinstance(key, cst.SimpleString) else code.NOWHERE


@expression_of(cst.Subscript)
def _subscript(low: Lowering, node: cst.Subscript) -> code.Node:
    value = low.expression(node.value)
    first = node.slice[0].slice
    at = low.span(node)
    if len(node.slice) == 1 and isinstance(first, cst.Index):
        return code.Subscript(value, low.expression(first.value), at=at)
    parts = [part for element in node.slice for part in _slice_parts(element.slice)]
    if any(isinstance(element.slice, cst.Slice) for element in node.slice):
        bounds = _bounds(low, node)
        return code.Subscript(value, None, low.expressions(parts), bounds, at)
    return code.Subscript(value, code.Display("tuple", low.expressions(parts)), at=at)


def _bounds(low: Lowering, node: cst.Subscript) -> list[code.Expression | None]:
    part = node.slice[0].slice
    if len(node.slice) != 1 or not isinstance(part, cst.Slice) or part.step is not None:
        return []
    return [
        low.expression(bound) if bound is not None else None
        for bound in (part.lower, part.upper)
    ]


def _slice_parts(node: cst.BaseSlice) -> list[cst.CSTNode]:
    if isinstance(node, cst.Slice):
        return [part for part in (node.lower, node.upper, node.step) if part is not None]
    return [cast("cst.Index", node).value]


@expression_of(cst.Comparison)
def _comparison(low: Lowering, node: cst.Comparison) -> code.Node:
    return code.Compare(
        low.expression(node.left),
        [OPERATORS.get(type(part.operator), "?") for part in node.comparisons],
        low.expressions([part.comparator for part in node.comparisons]),
        low.span(node),
    )


@expression_of(cst.BooleanOperation)
def _boolean(low: Lowering, node: cst.BooleanOperation) -> code.Node:
    operator = "and" if isinstance(node.operator, cst.And) else "or"
    return code.Boolean(operator, low.condition(node.left), low.condition(node.right))


@expression_of(cst.UnaryOperation)
def _unary(low: Lowering, node: cst.UnaryOperation) -> code.Node:
    if isinstance(node.operator, cst.Not):
        return code.Not(low.condition(node.expression))
    value = low.expression(node.expression)
    if isinstance(node.operator, cst.BitInvert):
        return code.Invert(value, low.span(node))
    number = value.value if isinstance(value, code.Constant) else None
    if isinstance(node.operator, cst.Minus) and type(number) in {int, float}:
        return code.Constant(-cast("float", number))
    return code.Other([value])


@expression_of(cst.BinaryOperation)
def _binary(low: Lowering, node: cst.BinaryOperation) -> code.Node:
    operator = OPERATORS.get(type(node.operator), "?")
    left, right = low.expression(node.left), low.expression(node.right)
    return code.Binary(operator, left, right, low.span(node))


@expression_of(cst.IfExp)
def _conditional(low: Lowering, node: cst.IfExp) -> code.Node:
    return code.Conditional(
        low.condition(node.test), low.expression(node.body), low.expression(node.orelse)
    )


@expression_of(cst.Lambda)
def _lambda(low: Lowering, node: cst.Lambda) -> code.Node:
    low.yields.append(False)
    made = code.Lambda(parameters(low, node.params), low.expression(node.body))
    low.yields.pop()
    return made


@expression_of(cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp)
def _comprehension(low: Lowering, node: Any) -> code.Node:
    element = node.value if isinstance(node, cst.DictComp) else node.elt
    return code.Comprehension(
        _COMPREHENSIONS[type(node)],
        low.expression(element),
        [_clause(low, clause) for clause in _clauses(node.for_in)],
        low.expression(node.key) if isinstance(node, cst.DictComp) else None,
    )


_COMPREHENSIONS: dict[type[cst.CSTNode], code.ComprehensionKind] = {
    cst.ListComp: "list",
    cst.SetComp: "set",
    cst.GeneratorExp: "generator",
    cst.DictComp: "dict",
}


def _clauses(clause: cst.CompFor | None) -> Iterator[cst.CompFor]:
    while clause is not None:
        yield clause
        clause = clause.inner_for_in


def _clause(low: Lowering, node: cst.CompFor) -> code.Clause:
    return code.Clause(
        low.expression(node.target),
        low.placed(node.iter),
        [low.condition(condition.test) for condition in node.ifs],
    )


@expression_of(cst.Await)
def _await(low: Lowering, node: cst.Await) -> code.Node:
    return code.Await(low.expression(node.expression))


@expression_of(cst.Yield)
def _yield(low: Lowering, node: cst.Yield) -> code.Node:
    low.yields[-1] = True
    if isinstance(node.value, cst.From):
        return code.Yield(low.expression(node.value.item), delegates=True)
    return code.Yield(low.optional(node.value))


@expression_of(cst.NamedExpr)
def _walrus(low: Lowering, node: cst.NamedExpr) -> code.Node:
    return code.Walrus(low.expression(node.target), low.expression(node.value))


@expression_of(cst.StarredElement)
def _starred(low: Lowering, node: cst.StarredElement) -> code.Node:
    return code.Starred(low.expression(node.value))
