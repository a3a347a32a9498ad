"""What a framework runs before a view's handler: it may refuse all but finished handles.

https://docs.djangoproject.com/en/stable/ref/class-based-views/base/#django.views.generic.base.View.dispatch
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.values.values import FunctionValue

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.values.definitions import FunctionSymbol
    from flake8_celery_get.model.values.values import Instance, Key

_AROUND = "dispatch"
"""Calls the handler by the base's method of the same name."""
_BEFORE = ("setup", "initial", "prepare", "initialize")
"""Refuse a request by an exception."""


def finished_before(
    world: World, handler: FunctionSymbol, view: Instance | None
) -> frozenset[Key]:
    """The handles that are finished whenever a view's handler is called."""
    finished: frozenset[Key] = frozenset()
    if view is None or handler.name in {_AROUND, *_BEFORE}:
        return finished
    for ancestor in world.classes.line(view.symbol):
        if _AROUND in ancestor.methods:
            around = FunctionValue(ancestor.methods[_AROUND], view)
            finished |= world.calls.outcome(around).finished_for_base
    for name in _BEFORE:
        method = world.classes.method(view.symbol, name)
        if method is not None:
            finished |= world.calls.outcome(FunctionValue(method, view)).finished
    return finished
