"""Which calls may raise, and so end the loop around them, and which always do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.known.callables import NEVER_RETURN
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    ClassValue,
    External,
    FunctionValue,
    Handle,
    Literal,
    Method,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given

_LEAVES = re.compile(
    r"raise|throw|exit|abort|quit|fail|skip|stop|cancel|check|ensure|assert|time_?out|deadline",
    re.IGNORECASE,
)
_LIMITS = re.compile(r"time_?limit|alarm\(|timeout\(|deadline", re.IGNORECASE)


def may_raise(name: str, function: Value, given: tuple[Given, ...]) -> bool:
    """Whether the call may be there to end what is around it."""
    if isinstance(function, Method) and isinstance(function.owner, Handle):
        return name in {"maybe_throw", "maybe_reraise"}
    if isinstance(function, External) and function.path.startswith("builtins."):
        return name in {"exit", "quit"}
    if isinstance(function, FunctionValue):
        symbol = function.symbol
        return symbol.scope.source.says(symbol.definition, _leaves)
    if isinstance(function, ClassValue):
        return False
    return _leaves(name) or any(isinstance(argument.value, Handle) for argument in given)


def never_returns(name: str, function: Value, given: tuple[Given, ...]) -> bool:
    """Whether a call surely ends the flow. When in doubt, it doesn't."""
    if name == "abort" and function == UNKNOWN:
        return any(map(_is_failure, given[:1]))  # ``api.abort(409)`` of Flask-RESTX
    return all(map(_never_returns, options(function)))


def _is_failure(argument: Given) -> bool:
    """Whether it is the status of a failed request."""
    value = argument.value.value if isinstance(argument.value, Literal) else None
    return isinstance(value, int) and value in _FAILURES


_FAILURES = range(400, 600)


def _never_returns(function: Value) -> bool:
    if isinstance(function, External):
        return function.path in NEVER_RETURN
    if not isinstance(function, FunctionValue):
        return False
    symbol = function.symbol
    is_plain = not (symbol.definition.is_async or any(symbol.definition.decorators))
    return is_plain and symbol.scope.source.says(symbol.definition, _always_leaves)


def is_limited(frame: Frame) -> bool:
    """Whether the function around sets itself or its task a limit of time."""
    around: Frame | None = frame
    while around is not None:
        if around.symbol is not None:
            return around.scope.source.says(around.symbol.definition, _limits)
        around = around.parent
    return False


_RETURNS_NEVER = re.compile(r"\)\s*->\s*[\"']?(?:\w+\.)*(?:NoReturn|Never)\b")
_MAY_RETURN = re.compile(r"(?:^|[:;=(])[ \t]*(?:return|yield)\b", re.MULTILINE)
_LEAVES_LAST = re.compile(r"raise\b|(?:\w+\.)*(?:abort|exit)\(")


def _always_leaves(text: str) -> bool:
    """Whether a function says that it never returns, or its last statement shows it."""
    if _RETURNS_NEVER.search(text):
        return True
    if _MAY_RETURN.search(text):
        return False
    rows = [row for row in text.split("\n") if row.strip() and row.strip()[0] not in ")]}#"]
    head = next((number for number, row in enumerate(rows) if row.endswith(":")), len(rows))
    body = rows[head + 1 :]
    last = next((row for row in reversed(body) if _indent(row) <= _indent(body[0])), "")
    is_whole = bool(last) and _indent(last) == _indent(body[0])
    return is_whole and _LEAVES_LAST.match(last.lstrip()) is not None


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _leaves(text: str) -> bool:
    return _LEAVES.search(text) is not None


def _limits(text: str) -> bool:
    return _LIMITS.search(text) is not None
