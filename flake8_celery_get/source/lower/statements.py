"""How each kind of statement is lowered."""

from __future__ import annotations

import libcst as cst

from flake8_celery_get.source import code
from flake8_celery_get.source.lower.walk import (
    OPERATORS,
    Lowering,
    parameters,
    statement_of,
)


@statement_of(cst.SimpleStatementLine, cst.SimpleStatementSuite)
def _line(low: Lowering, node: cst.SimpleStatementLine) -> list[code.Statement]:
    return low.block(node)


@statement_of(cst.Expr)
def _evaluate(low: Lowering, node: cst.Expr) -> code.Node:
    return code.Evaluate(low.expression(node.value))


@statement_of(cst.Assign)
def _assign(low: Lowering, node: cst.Assign) -> code.Node:
    targets = low.expressions([target.target for target in node.targets])
    return code.Assign(targets, low.expression(node.value))


@statement_of(cst.AnnAssign)
def _annotated(low: Lowering, node: cst.AnnAssign) -> code.Node:
    return code.Assign(
        [low.expression(node.target)],
        low.optional(node.value),
        low.expression(node.annotation.annotation),
    )


@statement_of(cst.AugAssign)
def _augmented(low: Lowering, node: cst.AugAssign) -> code.Node:
    target = low.expression(node.target)
    operator = OPERATORS.get(type(node.operator), "?")
    value = low.expression(node.value)
    return code.Assign([target], code.Binary(operator, target, value, low.span(node)))


@statement_of(cst.If)
def _if(low: Lowering, node: cst.If) -> code.Node:
    return code.If(low.condition(node.test), low.block(node.body), low.block(node.orelse))


@statement_of(cst.While)
def _while(low: Lowering, node: cst.While) -> code.Node:
    test = low.condition(node.test)
    return code.While(test, low.block(node.body), low.block(node.orelse), _head(low, node))


def _head(low: Lowering, node: cst.While | cst.For) -> code.Span:
    """Where the loop's first line starts: the body is no part of what is shown."""
    line, column, *_ = low.span(node)
    keyword = type(node).__name__
    return line, column, line, column + len(keyword)


@statement_of(cst.For)
def _for(low: Lowering, node: cst.For) -> code.Node:
    return code.For(
        low.expression(node.target),
        low.placed(node.iter),
        low.block(node.body),
        low.block(node.orelse),
        _head(low, node),
    )


@statement_of(cst.With)
def _with(low: Lowering, node: cst.With) -> list[code.Statement]:
    body = low.block(node.body)
    for item in reversed(node.items):
        target = low.expression(item.asname.name) if item.asname else None
        body = [code.With(low.placed(item.item), target, body)]
    return body


@statement_of(cst.Try, cst.TryStar)
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


@statement_of(cst.Match)
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
        low.span(node.pattern),
        _pattern_target(node.pattern),
    )


def _pattern_target(node: cst.MatchPattern | cst.MatchStar) -> code.Expression | None:
    """The names that a pattern binds to the whole, or to the items of a sequence."""
    if isinstance(node, cst.MatchAs):
        return code.Name(node.name.value) if node.name is not None else None
    if isinstance(node, cst.MatchStar):
        return code.Starred(code.Name(node.name.value if node.name else "_"))
    if not isinstance(node, (cst.MatchList, cst.MatchTuple)):
        return None
    parts = [
        each.value if isinstance(each, cst.MatchSequenceElement) else each
        for each in node.patterns
    ]
    targets = [_pattern_target(part) or code.Name("_") for part in parts]
    return code.Display("tuple", targets)


def _pattern_values(low: Lowering, node: cst.MatchPattern) -> list[code.Expression]:
    if isinstance(node, cst.MatchValue):
        return [low.expression(node.value)]
    if isinstance(node, cst.MatchAs) and node.pattern is not None:
        return _pattern_values(low, node.pattern)
    if isinstance(node, cst.MatchOr):
        parts = [_pattern_values(low, part.pattern) for part in node.patterns]
        return [value for part in parts for value in part] if all(parts) else []
    return []


@statement_of(cst.Return)
def _return(low: Lowering, node: cst.Return) -> code.Node:
    if node.value is None:
        return code.Return(None)
    return code.Return(low.expression(node.value), low.span(node.value))


@statement_of(cst.Raise)
def _raise(low: Lowering, node: cst.Raise) -> code.Node:
    cause = node.cause.item if node.cause else None
    return code.Raise(low.optional(node.exc), low.optional(cause))


@statement_of(cst.Break)
def _break(_: Lowering, _node: cst.Break) -> code.Node:
    return code.Jump("break")


@statement_of(cst.Continue)
def _continue(_: Lowering, _node: cst.Continue) -> code.Node:
    return code.Jump("continue")


@statement_of(cst.Global)
def _global(_: Lowering, node: cst.Global) -> code.Node:
    return code.Global([item.name.value for item in node.names])


@statement_of(cst.Nonlocal)
def _nonlocal(_: Lowering, node: cst.Nonlocal) -> code.Node:
    return code.Global([item.name.value for item in node.names], outer=True)


@statement_of(cst.Assert)
def _assert(low: Lowering, node: cst.Assert) -> code.Node:
    return code.Assert(low.condition(node.test), low.optional(node.msg))


@statement_of(cst.Del)
def _delete(low: Lowering, node: cst.Del) -> code.Node:
    return code.Evaluate(code.Other([low.expression(node.target)]))


@statement_of(cst.Import)
def _import(_: Lowering, node: cst.Import) -> code.Node:
    return code.Import([_import_alias(alias) for alias in node.names])


def _import_alias(alias: cst.ImportAlias) -> code.Imported:
    module = alias.evaluated_name
    if alias.evaluated_alias:
        return code.Imported(alias.evaluated_alias, module, "")
    top = module.partition(".")[0]
    return code.Imported(top, top, "")


@statement_of(cst.ImportFrom)
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


@statement_of(cst.FunctionDef)
def _function(low: Lowering, node: cst.FunctionDef) -> code.Node:
    low.yields.append(False)
    body = low.block(node.body)
    return code.Function(
        node.name.value,
        parameters(low, node.params),
        low.expressions([decorator.decorator for decorator in node.decorators]),
        body,
        is_async=node.asynchronous is not None,
        yields=low.yields.pop(),
        at=low.span(node.name),
        returns=low.optional(node.returns.annotation if node.returns else None),
    )


@statement_of(cst.ClassDef)
def _class(low: Lowering, node: cst.ClassDef) -> code.Node:
    return code.Class(
        node.name.value,
        low.expressions([base.value for base in (*node.bases, *node.keywords)]),
        low.block(node.body),
        low.expressions([decorator.decorator for decorator in node.decorators]),
        low.span(node.name),
    )
