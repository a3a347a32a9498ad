"""What catches the RuntimeError that Celery raises for a read inside a task."""

from __future__ import annotations

from flake8_celery_get.source import code

_CAUGHT_BY = frozenset({"RuntimeError", "Exception", "BaseException"})


def handles(node: code.Try) -> bool:
    """Whether a handler goes on after the error."""
    for handler in node.handlers:
        if handler.kind is None or _names_it(handler.kind):
            return not (handler.body and isinstance(handler.body[-1], code.Raise))
    return False


def suppresses(node: code.Expression) -> bool:
    """Whether ``suppress(…)`` names the error."""
    arguments = node.arguments if isinstance(node, code.Call) else []
    return any(_names_it(argument.value) for argument in arguments)


def _names_it(node: code.Expression) -> bool:
    kinds = node.items if isinstance(node, code.Display) else [node]
    return any(code.last_name(kind) in _CAUGHT_BY for kind in kinds)
