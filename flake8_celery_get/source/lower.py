"""Reads the libcst tree of one definition into the small language of ``code``.

A walk by fields, one function a kind of node. Visitors and matchers of libcst cost
ten to a hundred times as much on the same tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias, TypeVar, cast

import libcst as cst

from flake8_celery_get.source import code
from flake8_celery_get.source.positions import Positions

_Lowering: TypeAlias = "Callable[[Lowering, Any], Any]"
_L = TypeVar("_L", bound="Callable[[Lowering, Any], Any]")

_EXPRESSIONS: dict[type[cst.CSTNode], _Lowering] = {}
_STATEMENTS: dict[type[cst.CSTNode], _Lowering] = {}


def lower(text: str, first_line: int) -> list[code.Statement]:
    """The statements of ``text``, which starts at ``first_line`` of its file.

    Indented text is accepted. Raises ``libcst.ParserSyntaxError``.
    """
    indent = text[: len(text) - len(text.lstrip(" \t\f"))]
    if "\f" in indent:
        text = text.replace(indent, " " * len(indent), 1)
    if indent:
        text, first_line = f"if 1:\n{text}", first_line - 1
    module = cst.parse_module(text)
    statements = Lowering(Positions(module, text, first_line)).block(module)
    if indent:
        return cast("code.If", statements[0]).body
    return statements


def _expression(*kinds: type[cst.CSTNode]) -> Callable[[_L], _L]:
    def register(function: _L) -> _L:
        _EXPRESSIONS.update(dict.fromkeys(kinds, function))
        return function

    return register


def _statement(*kinds: type[cst.CSTNode]) -> Callable[[_L], _L]:
    def register(function: _L) -> _L:
        _STATEMENTS.update(dict.fromkeys(kinds, function))
        return function

    return register


class Lowering:
    """Turns nodes into code; holds nothing but the positions."""

    def __init__(self, positions: Positions) -> None:
        self.span = positions.span
        self._yields = [False]

    def expression(self, node: cst.CSTNode) -> code.Expression:
        """One expression."""
        lowering = _EXPRESSIONS.get(type(node))
        return lowering(self, node) if lowering else code.Other([])

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


@_expression(cst.Name)
def _name(_: Lowering, node: cst.Name) -> code.Node:
    if node.value in _SINGLETONS:
        return code.Constant(_SINGLETONS[node.value])
    return code.Name(node.value)


_SINGLETONS = {"None": None, "True": True, "False": False}


@_expression(cst.Attribute)
def _attribute(low: Lowering, node: cst.Attribute) -> code.Node:
    return code.Attribute(low.expression(node.value), node.attr.value, low.span(node))


@_expression(cst.Call)
def _call(low: Lowering, node: cst.Call) -> code.Node:
    arguments = [
        code.Argument(
            arg.keyword.value if arg.keyword else arg.star, low.expression(arg.value)
        )
        for arg in node.args
    ]
    return code.Call(low.expression(node.func), arguments, low.span(node))


@_expression(cst.Integer, cst.Float)
def _number(_: Lowering, node: cst.Integer | cst.Float) -> code.Node:
    is_plain = node.value.isdecimal() and node.value.isascii()
    return code.Constant(int(node.value) if is_plain else node.evaluated_value)


@_expression(cst.SimpleString, cst.ConcatenatedString)
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


@_expression(cst.FormattedString, cst.TemplatedString)
def _formatted(low: Lowering, node: cst.FormattedString) -> code.Node:
    return code.Other(_formatted_parts(low, node.parts))


def _formatted_parts(low: Lowering, parts: Sequence[cst.CSTNode]) -> list[code.Expression]:
    found: list[code.Expression] = []
    for part in parts:
        if isinstance(part, (cst.FormattedStringExpression, cst.TemplatedStringExpression)):
            found.append(low.expression(part.expression))
            found += _formatted_parts(low, part.format_spec or ())
    return found


@_expression(cst.Tuple, cst.List, cst.Set)
def _display(low: Lowering, node: cst.Tuple | cst.List | cst.Set) -> code.Node:
    return code.Display(
        type(node).__name__.lower(),
        [
            code.Starred(low.expression(element.value))
            if isinstance(element, cst.StarredElement)
            else low.expression(element.value)
            for element in node.elements
        ],
    )


@_expression(cst.Dict)
def _dict(low: Lowering, node: cst.Dict) -> code.Node:
    return code.Mapping(
        [low.optional(getattr(element, "key", None)) for element in node.elements],
        low.expressions([element.value for element in node.elements]),
    )


@_expression(cst.Subscript)
def _subscript(low: Lowering, node: cst.Subscript) -> code.Node:
    value = low.expression(node.value)
    first = node.slice[0].slice
    if len(node.slice) == 1 and isinstance(first, cst.Index):
        return code.Subscript(value, low.expression(first.value))
    parts = [part for element in node.slice for part in _slice_parts(element.slice)]
    if any(isinstance(element.slice, cst.Slice) for element in node.slice):
        return code.Subscript(value, None, low.expressions(parts))
    return code.Subscript(value, code.Display("tuple", low.expressions(parts)))


def _slice_parts(node: cst.BaseSlice) -> list[cst.CSTNode]:
    if isinstance(node, cst.Slice):
        return [part for part in (node.lower, node.upper, node.step) if part is not None]
    return [cast("cst.Index", node).value]


@_expression(cst.Comparison)
def _comparison(low: Lowering, node: cst.Comparison) -> code.Node:
    return code.Compare(
        low.expression(node.left),
        [_OPERATORS.get(type(part.operator), "?") for part in node.comparisons],
        low.expressions([part.comparator for part in node.comparisons]),
    )


_OPERATORS: dict[type[cst.CSTNode], str] = {
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
    cst.BitOr: "|",
    cst.BitAnd: "&",
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.BitOrAssign: "|",
    cst.AddAssign: "+",
}


@_expression(cst.BooleanOperation)
def _boolean(low: Lowering, node: cst.BooleanOperation) -> code.Node:
    operator = "and" if isinstance(node.operator, cst.And) else "or"
    return code.Boolean(operator, low.expression(node.left), low.expression(node.right))


@_expression(cst.UnaryOperation)
def _unary(low: Lowering, node: cst.UnaryOperation) -> code.Node:
    value = low.expression(node.expression)
    if isinstance(node.operator, cst.Not):
        return code.Not(value)
    if isinstance(node.operator, cst.BitInvert):
        return code.Invert(value, low.span(node))
    return code.Other([value])


@_expression(cst.BinaryOperation)
def _binary(low: Lowering, node: cst.BinaryOperation) -> code.Node:
    operator = _OPERATORS.get(type(node.operator), "?")
    return code.Binary(operator, low.expression(node.left), low.expression(node.right))


@_expression(cst.IfExp)
def _conditional(low: Lowering, node: cst.IfExp) -> code.Node:
    return code.Conditional(
        low.expression(node.test), low.expression(node.body), low.expression(node.orelse)
    )


@_expression(cst.Lambda)
def _lambda(low: Lowering, node: cst.Lambda) -> code.Node:
    return code.Lambda(_parameters(low, node.params), low.expression(node.body))


@_expression(cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp)
def _comprehension(low: Lowering, node: Any) -> code.Node:
    element = node.value if isinstance(node, cst.DictComp) else node.elt
    return code.Comprehension(
        _COMPREHENSIONS[type(node)],
        low.expression(element),
        [_clause(low, clause) for clause in _clauses(node.for_in)],
        low.expression(node.key) if isinstance(node, cst.DictComp) else None,
    )


_COMPREHENSIONS: dict[type[cst.CSTNode], str] = {
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
        low.expression(node.iter),
        [low.expression(condition.test) for condition in node.ifs],
    )


@_expression(cst.Await)
def _await(low: Lowering, node: cst.Await) -> code.Node:
    return code.Await(low.expression(node.expression))


@_expression(cst.Yield)
def _yield(low: Lowering, node: cst.Yield) -> code.Node:
    low._yields[-1] = True
    if isinstance(node.value, cst.From):
        return code.Yield(low.expression(node.value.item), delegates=True)
    return code.Yield(low.optional(node.value))


@_expression(cst.NamedExpr)
def _walrus(low: Lowering, node: cst.NamedExpr) -> code.Node:
    return code.Walrus(low.expression(node.target), low.expression(node.value))


@_expression(cst.StarredElement)
def _starred(low: Lowering, node: cst.StarredElement) -> code.Node:
    return code.Starred(low.expression(node.value))


@_statement(cst.SimpleStatementLine, cst.SimpleStatementSuite)
def _line(low: Lowering, node: cst.SimpleStatementLine) -> list[code.Statement]:
    return low.block(node)


@_statement(cst.Expr)
def _evaluate(low: Lowering, node: cst.Expr) -> code.Node:
    return code.Evaluate(low.expression(node.value))


@_statement(cst.Assign)
def _assign(low: Lowering, node: cst.Assign) -> code.Node:
    targets = low.expressions([target.target for target in node.targets])
    return code.Assign(targets, low.expression(node.value))


@_statement(cst.AnnAssign)
def _annotated(low: Lowering, node: cst.AnnAssign) -> code.Node:
    return code.Assign(
        [low.expression(node.target)],
        low.optional(node.value),
        low.expression(node.annotation.annotation),
    )


@_statement(cst.AugAssign)
def _augmented(low: Lowering, node: cst.AugAssign) -> code.Node:
    target = low.expression(node.target)
    operator = _OPERATORS.get(type(node.operator), "?")
    return code.Assign([target], code.Binary(operator, target, low.expression(node.value)))


@_statement(cst.If)
def _if(low: Lowering, node: cst.If) -> code.Node:
    return code.If(low.expression(node.test), low.block(node.body), low.block(node.orelse))


@_statement(cst.While)
def _while(low: Lowering, node: cst.While) -> code.Node:
    test = low.expression(node.test)
    return code.While(test, low.block(node.body), low.block(node.orelse), _head(low, node))


def _head(low: Lowering, node: cst.While | cst.For) -> code.Span:
    """Where the loop's first line starts: the body is no part of what is shown."""
    line, column, *_ = low.span(node)
    keyword = type(node).__name__
    return line, column, line, column + len(keyword)


@_statement(cst.For)
def _for(low: Lowering, node: cst.For) -> code.Node:
    return code.For(
        low.expression(node.target),
        low.expression(node.iter),
        low.block(node.body),
        low.block(node.orelse),
        _head(low, node),
    )


@_statement(cst.With)
def _with(low: Lowering, node: cst.With) -> list[code.Statement]:
    body = low.block(node.body)
    for item in reversed(node.items):
        target = low.expression(item.asname.name) if item.asname else None
        body = [code.With(low.expression(item.item), target, body)]
    return body


@_statement(cst.Try, cst.TryStar)
def _try(low: Lowering, node: cst.Try) -> code.Node:
    return code.Try(
        low.block(node.body),
        [_handler(low, handler) for handler in node.handlers],
        low.block(node.orelse),
        low.block(node.finalbody),
    )


def _handler(low: Lowering, node: cst.ExceptHandler) -> code.Handler:
    name = node.name.name if node.name else None
    return code.Handler(
        low.optional(node.type),
        name.value if isinstance(name, cst.Name) else "",
        low.block(node.body),
    )


@_statement(cst.Match)
def _match(low: Lowering, node: cst.Match) -> code.Node:
    cases = [_case(low, case) for case in node.cases]
    return code.Match(low.expression(node.subject), cases)


def _case(low: Lowering, node: cst.MatchCase) -> code.Case:
    default = isinstance(node.pattern, cst.MatchAs) and node.pattern.pattern is None
    return code.Case(
        _pattern_values(low, node.pattern),
        low.optional(node.guard),
        low.block(node.body),
        default,
    )


def _pattern_values(low: Lowering, node: cst.MatchPattern) -> list[code.Expression]:
    if isinstance(node, cst.MatchValue):
        return [low.expression(node.value)]
    if isinstance(node, cst.MatchAs) and node.pattern is not None:
        return _pattern_values(low, node.pattern)
    if isinstance(node, cst.MatchOr):
        parts = [_pattern_values(low, part.pattern) for part in node.patterns]
        return [value for part in parts for value in part] if all(parts) else []
    return []


@_statement(cst.Return)
def _return(low: Lowering, node: cst.Return) -> code.Node:
    return code.Return(low.optional(node.value))


@_statement(cst.Raise)
def _raise(low: Lowering, node: cst.Raise) -> code.Node:
    cause = node.cause.item if node.cause else None
    return code.Raise(low.optional(node.exc), low.optional(cause))


@_statement(cst.Break)
def _break(_: Lowering, _node: cst.Break) -> code.Node:
    return code.Jump("break")


@_statement(cst.Continue)
def _continue(_: Lowering, _node: cst.Continue) -> code.Node:
    return code.Jump("continue")


@_statement(cst.Assert)
def _assert(low: Lowering, node: cst.Assert) -> code.Node:
    return code.Assert(low.expression(node.test), low.optional(node.msg))


@_statement(cst.Del)
def _delete(low: Lowering, node: cst.Del) -> code.Node:
    return code.Evaluate(code.Other([low.expression(node.target)]))


@_statement(cst.Import)
def _import(_: Lowering, node: cst.Import) -> code.Node:
    return code.Import([_import_alias(alias) for alias in node.names])


def _import_alias(alias: cst.ImportAlias) -> code.Imported:
    module = alias.evaluated_name
    if alias.evaluated_alias:
        return code.Imported(alias.evaluated_alias, module, "")
    top = module.partition(".")[0]
    return code.Imported(top, top, "")


@_statement(cst.ImportFrom)
def _import_from(low: Lowering, node: cst.ImportFrom) -> code.Node:
    module = _dotted(low.optional(node.module))
    level = len(node.relative)
    if isinstance(node.names, cst.ImportStar):
        return code.Import([code.Imported("*", module, "*", level)])
    return code.Import(
        [
            code.Imported(
                alias.evaluated_alias or alias.evaluated_name,
                module,
                alias.evaluated_name,
                level,
            )
            for alias in node.names
        ]
    )


def _dotted(node: code.Expression | None) -> str:
    if isinstance(node, code.Attribute):
        return f"{_dotted(node.value)}.{node.name}"
    return node.id if isinstance(node, code.Name) else ""


@_statement(cst.FunctionDef)
def _function(low: Lowering, node: cst.FunctionDef) -> code.Node:
    low._yields.append(False)
    body = low.block(node.body)
    return code.Function(
        node.name.value,
        _parameters(low, node.params),
        low.expressions([decorator.decorator for decorator in node.decorators]),
        body,
        is_async=node.asynchronous is not None,
        yields=low._yields.pop(),
        at=low.span(node.name),
        returns=low.optional(node.returns.annotation if node.returns else None),
    )


def _parameters(low: Lowering, node: cst.Parameters) -> list[code.Parameter]:
    parameters = [
        _parameter(low, param, "") for param in (*node.posonly_params, *node.params)
    ]
    if isinstance(node.star_arg, cst.Param):
        parameters.append(_parameter(low, node.star_arg, "*"))
    parameters += [_parameter(low, param, "keyword") for param in node.kwonly_params]
    if node.star_kwarg is not None:
        parameters.append(_parameter(low, node.star_kwarg, "**"))
    return parameters


def _parameter(low: Lowering, node: cst.Param, kind: str) -> code.Parameter:
    annotation = node.annotation.annotation if node.annotation else None
    return code.Parameter(
        node.name.value, low.optional(annotation), low.optional(node.default), kind
    )


@_statement(cst.ClassDef)
def _class(low: Lowering, node: cst.ClassDef) -> code.Node:
    return code.Class(
        node.name.value,
        low.expressions([base.value for base in (*node.bases, *node.keywords)]),
        low.block(node.body),
        low.expressions([decorator.decorator for decorator in node.decorators]),
        low.span(node.name),
    )
