"""Which calls may raise, and so end the loop around them. When in doubt, they may."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.values import (
    ClassValue,
    External,
    FunctionValue,
    Handle,
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


def is_limited(frame: Frame) -> bool:
    """Whether the function around sets itself or its task a limit of time."""
    around: Frame | None = frame
    while around is not None:
        if around.symbol is not None:
            return around.scope.source.says(around.symbol.definition, _limits)
        around = around.parent
    return False


def _leaves(text: str) -> bool:
    return _LEAVES.search(text) is not None


def _limits(text: str) -> bool:
    return _LIMITS.search(text) is not None
