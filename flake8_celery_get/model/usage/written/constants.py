"""What an expression is, also where Django's settings say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.django import settings_modules
from flake8_celery_get.model.settings.modules import bound
from flake8_celery_get.model.values.values import UNKNOWN, External, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame

_SETTINGS = External("django.conf.settings")


def constant(frame: Frame, expression: code.Expression) -> Value:
    """The value; for ``settings.NAME`` what the settings modules that are known agree on."""
    name = name_in_settings(frame, expression)
    if not name:
        return frame.evaluate(expression)
    world = frame.world
    paths = filter(None, settings_modules(world, frame.scope.path))
    with world.aside():
        found = {bound(world, path, name)[0] for path in paths}
    return found.pop() if len(found) == 1 else UNKNOWN


def name_in_settings(frame: Frame, expression: code.Expression) -> str:
    """The ``NAME`` of ``settings.NAME``; empty for anything else."""
    if not isinstance(expression, code.Attribute):
        return ""
    return expression.name if frame.evaluate(expression.value) == _SETTINGS else ""
