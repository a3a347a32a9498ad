"""Gives an app other settings, and puts back its own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from celery.utils.text import match_case

from pytest_celery_guard.basics.restoring import put_back, swap
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.private import celery as private
from pytest_celery_guard.private.environment import is_any_set

BEATS_CONF = (
    "CELERY_BROKER_URL",
    "CELERY_BROKER_READ_URL",
    "CELERY_BROKER_WRITE_URL",
    "CELERY_RESULT_BACKEND",
)
"""Environment variables that win over the app's settings: celery.app.utils.Settings."""


def as_keys(conf: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings under each name by which the app may look them up.

    Before Celery 5.7 a name with the app's namespace wins over a plain one, in any map.
    """
    name_of = conf.key_t or str
    found = {name_of(name): value for name, value in settings.items()}
    if conf.prefix:
        for name, value in settings.items():
            found[name_of(match_case(conf.prefix + name, conf.prefix))] = value
    return found


def override(undo: Undo, conf: Any, keys: dict[str, Any]) -> None:
    """Let settings, as ``as_keys`` has them, win; all that is set later goes with them."""
    keep(undo, conf)
    conf.maps.insert(0, keys)


def keep(undo: Undo, conf: Any) -> None:
    """Put settings back that are changed from now on."""
    undo.callback(conf.maps.__setitem__, slice(None), list(conf.maps))
    undo.callback(put_back, conf.changes, dict(conf.changes))


def hide_environment(undo: Undo) -> None:
    """Take the variables away that would win."""
    for name in BEATS_CONF if is_any_set(BEATS_CONF) else ():
        if name in os.environ:
            undo.callback(os.environ.__setitem__, name, os.environ.pop(name))


def change(undo: Undo, app: Any, settings: Mapping[str, Any]) -> None:
    """Change settings, also those that tasks keep a copy of.

    A task copies them when it is bound, unless it sets them itself.
    """
    for attribute, setting in app.Task.from_config:
        if setting in settings:
            before = app.conf[setting]
            for task in app.tasks.values():
                if getattr(task, attribute) == before:
                    swap(undo, task, private.TASK_OPTIONS, None)
                    swap(undo, task, attribute, settings[setting])
    keys = as_keys(app.conf, settings)
    app.conf.maps.insert(0, keys)
    undo.callback(app.conf.maps.remove, keys)
