"""Turns libcst nodes into ``code``: a walk by fields, one function a kind of node.

Visitors and matchers of libcst cost ten to a hundred times as much on the same tree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import libcst as cst

from flake8_celery_get.source import code
from flake8_celery_get.source.declared import ParameterKind
from flake8_celery_get.source.lower.positions import Positions

Function: TypeAlias = "Callable[[Lowering, Any], Any]"
_L = TypeVar("_L", bound="Callable[[Lowering, Any], Any]")

_EXPRESSIONS: dict[type[cst.CSTNode], Function] = {}
_STATEMENTS: dict[type[cst.CSTNode], Function] = {}


def expression_of(*kinds: type[cst.CSTNode]) -> Callable[[_L], _L]:
    """Register how expressions of these kinds are lowered."""

    def register(function: _L) -> _L:
        _EXPRESSIONS.update(dict.fromkeys(kinds, function))
        return function

    return register


def statement_of(*kinds: type[cst.CSTNode]) -> Callable[[_L], _L]:
    """Register how statements of these kinds are lowered."""

    def register(function: _L) -> _L:
        _STATEMENTS.update(dict.fromkeys(kinds, function))
        return function

    return register


class Lowering:
    """Turns nodes into code; holds nothing but the positions."""

    def __init__(self, positions: Positions) -> None:
        self.span = positions.span
        self.yields = [False]

    def expression(self, node: cst.CSTNode) -> code.Expression:
        """One expression."""
        lowering = _EXPRESSIONS.get(type(node))
        return lowering(self, node) if lowering else code.Other([])

    def condition(self, node: cst.CSTNode) -> code.Expression:
        """One expression that is asked for its truth."""
        return self.placed(node)

    def placed(self, node: cst.CSTNode) -> code.Expression:
        """One expression; of a bare name the place is kept, too."""
        lowered = self.expression(node)
        if isinstance(lowered, code.Name):
            lowered.at = self.span(node)
        return lowered

    def optional(self, node: cst.CSTNode | None) -> code.Expression | None:
        """One expression, where there is one."""
        return None if node is None else self.expression(node)

    def expressions(self, nodes: Sequence[cst.CSTNode]) -> list[code.Expression]:
        """Several expressions."""
        return [self.expression(node) for node in nodes]

    def block(self, node: Any) -> list[code.Statement]:
        """The statements of a module, a suite, an ``else`` or nothing."""
        if node is None:
            return []
        statements: list[code.Statement] = []
        for child in _children(node):
            lowering = _STATEMENTS.get(type(child))
            if lowering is not None:
                lowered = lowering(self, child)
                statements += lowered if isinstance(lowered, list) else [lowered]
        return statements


def _children(node: Any) -> Sequence[cst.CSTNode]:
    if isinstance(node, cst.If):  # the "elif" of an If
        return [node]
    body = node.body
    return body if isinstance(body, (list, tuple)) else _children(body)


def parameters(low: Lowering, node: cst.Parameters) -> list[code.Parameter]:
    """The parameters of a function or lambda, in order."""
    found = [_parameter(low, param, "") for param in (*node.posonly_params, *node.params)]
    if isinstance(node.star_arg, cst.Param):
        found.append(_parameter(low, node.star_arg, "*"))
    found += [_parameter(low, param, "keyword") for param in node.kwonly_params]
    if node.star_kwarg is not None:
        found.append(_parameter(low, node.star_kwarg, "**"))
    return found


def _parameter(low: Lowering, node: cst.Param, kind: ParameterKind) -> code.Parameter:
    annotation = node.annotation.annotation if node.annotation else None
    return code.Parameter(
        node.name.value, low.optional(annotation), low.optional(node.default), kind
    )


OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.BitOr: "|",
    cst.BitAnd: "&",
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Modulo: "%",
    cst.BitOrAssign: "|",
    cst.AddAssign: "+",
}
