"""Goes through statements; each kind is registered by the file that knows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.source import code

_Run: TypeAlias = Callable[[Frame, Any], None]


_R = TypeVar("_R", bound=Callable[[Frame, Any], None])


_KINDS: dict[type[code.Node], _Run] = {}


def run(frame: Frame, statements: Sequence[code.Statement]) -> None:
    """Go through ``statements`` until the flow ends."""
    for statement in statements:
        if not frame.state.reached:
            return
        running = _KINDS.get(type(statement))
        if running is not None:
            running(frame, statement)


def runs(kind: type[code.Node]) -> Callable[[_R], _R]:
    """Register how statements of this kind are run."""

    def register(function: _R) -> _R:
        _KINDS[kind] = function
        return function

    return register
