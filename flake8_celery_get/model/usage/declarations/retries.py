"""Retries that never reach Celery: an ``except`` around them takes the exception.

https://docs.celeryq.dev/en/stable/userguide/tasks.html#retrying
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.declarations.class_based import run_methods
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.definitions import FunctionSymbol

_CATCHING = frozenset(
    {"Exception", "BaseException", "CeleryError", "TaskPredicate", "Retry"}
)
"""What an ``except`` names that takes Celery's Retry."""

_MAY_CATCH = re.compile(r"\bexcept\b|\bsuppress\(")

_LEAVING = ("raise", "fail", "abort", "exit", "retry", "reject", "handle")
"""Parts of names of functions that may raise again what they are given."""


@dataclass(frozen=True, slots=True)
class SwallowedRetry(Note):
    """``self.retry(…)`` in a ``try`` whose ``except`` takes it: ``handler`` is its first line.

    Or in a ``with suppress(…):``.
    """

    handler: str


def swallowed_retries(
    world: Surroundings, tasks: Iterable[Defined]
) -> Iterator[SwallowedRetry]:
    """The retries in the functions of tasks that end in an ``except``."""
    for task in tasks:
        if task.is_own:
            yield from _in(world, task.symbol, takes_task=task.says("bind"))
    for method in run_methods(world):
        yield from _in(world, method, takes_task=True)


def _in(
    world: Surroundings, symbol: FunctionSymbol, *, takes_task: bool
) -> Iterator[SwallowedRetry]:
    text = symbol.definition.text(symbol.scope.source.lines)
    if not (".retry(" in text and _MAY_CATCH.search(text)):
        return
    function = world.calls.function_code(symbol)
    if function is None:
        return
    names = {"current_task", symbol.name}
    if takes_task and function.parameters:
        names.add(function.parameters[0].name)
    for call, handler in _taken(function.body, names, ()):
        yield SwallowedRetry(symbol.scope.path, call.at, symbol, _head(handler))


def _taken(
    nodes: Iterable[code.Node], names: set[str], around: tuple[code.Try | code.With, ...]
) -> Iterator[tuple[code.Call, code.Handler | code.With]]:
    """The retries, each with what takes it; ``around`` from the innermost."""
    for node in nodes:
        if isinstance(node, (code.Function, code.Lambda, code.Class)):
            continue
        if isinstance(node, code.Try):
            yield from _taken(node.body, names, (node, *around))
            rest = [*(each for h in node.handlers for each in h.body), *node.orelse]
            yield from _taken([*rest, *node.final], names, around)
            continue
        if isinstance(node, code.With) and _suppresses(node):
            yield from _taken(node.body, names, (node, *around))
            continue
        if isinstance(node, code.Call) and _is_retry(node, names):
            handler = _handler(around)
            if isinstance(handler, code.With) or (
                handler is not None and not _goes_on(handler.body)
            ):
                yield node, handler
        yield from _taken(code.children(node), names, around)


def _is_retry(node: code.Call, names: set[str]) -> bool:
    function = node.function
    if not isinstance(function, code.Attribute) or function.name != "retry":
        return False
    is_open = any(argument.name in {"throw", "**"} for argument in node.arguments)
    return code.dotted(function.value) in names and not is_open


def _suppresses(node: code.With) -> bool:
    """Whether ``with suppress(…):`` takes Retry."""
    call = node.value
    return (
        isinstance(call, code.Call)
        and code.last_name(call.function) == "suppress"
        and any(_catches(argument.value) for argument in call.arguments)
    )


def _handler(around: Sequence[code.Try | code.With]) -> code.Handler | code.With | None:
    """The first from the inside that takes Retry: a handler, or ``with suppress(…):``."""
    for each in around:
        if isinstance(each, code.With):
            return each
        for handler in each.handlers:
            if _catches(handler.kind):
                return handler
    return None


def _catches(kind: code.Expression | None) -> bool:
    if isinstance(kind, code.Display):
        return any(map(_catches, kind.items))
    return kind is None or code.last_name(kind) in _CATCHING


def _goes_on(body: Sequence[code.Statement]) -> bool:
    """Whether a handler may raise again, or looks at what it has got."""
    for statement in body:
        for node in code.walk(statement):
            if isinstance(node, code.Raise):
                return True
            if code.last_name(node) == "Retry" or _may_leave(node):
                return True
    return False


def _may_leave(node: code.Node) -> bool:
    """Whether a function is called by whose name it may raise again what it is given."""
    name = code.last_name(node.function).lower() if isinstance(node, code.Call) else ""
    return any(part in name for part in _LEAVING)


def _head(handler: code.Handler | code.With) -> str:
    if isinstance(handler, code.With):
        return "suppress(…)"
    if handler.kind is None:
        return "except"
    kinds = handler.kind.items if isinstance(handler.kind, code.Display) else [handler.kind]
    name = next((code.dotted(kind) for kind in kinds if _catches(kind)), "")
    return f"except {name}"
