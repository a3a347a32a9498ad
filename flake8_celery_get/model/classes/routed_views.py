"""What routes give the objects of a view's class: ``View.as_view(task=add)``, and Tornado's.

https://docs.djangoproject.com/en/stable/ref/class-based-views/base/#django.views.generic.base.View.as_view
https://flask.palletsprojects.com/en/stable/views/#reusing-a-view-class
https://www.tornadoweb.org/en/stable/web.html#tornado.web.RequestHandler.initialize
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.shared import outlasts
from flake8_celery_get.model.known.web.frameworks import framework_of
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.mappings import entries_of
from flake8_celery_get.model.values.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Items,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame

_AS_VIEW = "as_view"
_INITIALIZES = "initialize"
_TORNADOS_ROUTES = frozenset({"tornado.web.url", "tornado.web.URLSpec"})


def note_as_view(frame: Frame, function: code.Expression, given: Sequence[Given]) -> None:
    """Give the view's objects what Django makes attributes of, and Flask hands to them."""
    if not isinstance(function, code.Attribute) or function.name != _AS_VIEW:
        return
    if not any(outlasts(frame.world, argument.value) for argument in given):
        return
    view = frame.evaluate(function.value)
    if not isinstance(view, ClassValue) or not _is_view(frame, view):
        return
    for argument in given:
        if argument.name and outlasts(frame.world, argument.value):
            frame.world.note_attribute(view, argument.name, argument.value)
    start = frame.world.classes.method(view.symbol, "__init__")
    if start is not None and not given[0].name:  # the name of Flask's endpoint
        frame.world.calls.outcome(FunctionValue(start, Instance(view.symbol)), given[1:])


def note_route(
    frame: Frame, nodes: Sequence[code.Expression], values: Sequence[Value]
) -> None:
    """``(r"/add", Handler, {"task": add})`` calls ``Handler.initialize(task=add)``."""
    if len(values) < 3 or not isinstance(values[1], ClassValue):
        return
    method = frame.world.classes.method(values[1].symbol, _INITIALIZES)
    if method is None or not isinstance(values[2], Items) or not _is_view(frame, values[1]):
        return
    given = [
        Given(entry.name, entry.value, nodes[2])
        for entry in entries_of(values[2]) or ()
        if entry.name is not None
    ]
    frame.world.calls.outcome(FunctionValue(method, Instance(values[1].symbol)), given)


def note_url(frame: Frame, function: Value, given: Sequence[Given]) -> None:
    """``url(r"/add", Handler, {"task": add})``, which is the same."""
    if isinstance(function, External) and function.path in _TORNADOS_ROUTES:
        note_route(frame, [each.node for each in given], [each.value for each in given])


def _is_view(frame: Frame, view: ClassValue) -> bool:
    bases = frame.world.classes.outside_bases(view.symbol)
    return any(framework_of(base) is not None for base in bases)
