"""The apps of a picture: where their broker and backend are, and what tasks take from them."""

from __future__ import annotations

import re

from flake8_celery_get.model.classes import task_options
from flake8_celery_get.model.evaluate.world import World
from flake8_celery_get.model.picture.naming import Naming
from flake8_celery_get.model.picture.shape import NOT_SET, SET, UNKNOWN, App, Setting, Task
from flake8_celery_get.model.settings.answers import Answer, NotSet, SetTo
from flake8_celery_get.model.settings.apps.apps import App as KnownApp
from flake8_celery_get.model.settings.apps.apps import Apps
from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol
from flake8_celery_get.model.values.values import (
    AS_APP,
    NO,
    NOTHING_KNOWN,
    YES,
    TaskOptions,
    TaskValue,
)
from flake8_celery_get.source.text import clean


class DrawnApps:
    """Every app of the project, and what its tasks do by default."""

    def __init__(self, world: World, naming: Naming) -> None:
        self._world = world
        self._known = Apps(world)
        self._drawn = {app.key: _drawn(app, naming) for app in self._known}

    def all(self) -> list[App]:
        """The apps by their places."""
        return sorted(self._drawn.values(), key=lambda app: (app.place, app.id))

    def completed(self, task: Task, definition: object) -> Task:
        """The task with its app, and with what becomes of its results."""
        options = self._options_of(definition)
        app = self._known.get(options.app)
        return Task(
            task.id,
            task.name,
            task.label,
            task.place,
            self._drawn[app.key].id if app is not None else "",
            _said(options.ignores, app, "task_ignore_result"),
            _said(options.tracks, app, "task_track_started"),
        )

    def _options_of(self, definition: object) -> TaskOptions:
        if isinstance(definition, ClassSymbol):
            return task_options.of_class(self._world, definition)
        if isinstance(definition, FunctionSymbol):
            task = self._world.scopes_task(definition)
            return task.options if isinstance(task, TaskValue) else NOTHING_KNOWN
        return NOTHING_KNOWN


def _drawn(app: KnownApp, naming: Naming) -> App:
    place = naming.place(app.path, app.at[0])
    label = clean(app.name) or naming.module(app.path)
    return App(
        naming.unique(f"app:{label}"),
        label,
        place,
        _setting(app.setting("broker_url")),
        _setting(app.setting("result_backend")),
    )


def _setting(answer: Answer) -> Setting:
    if isinstance(answer, NotSet):
        return Setting(NOT_SET)
    if not isinstance(answer, SetTo):
        return Setting(UNKNOWN)
    parts = answer.value if isinstance(answer.value, tuple) else (answer.value,)
    text = ";".join(_masked(clean(str(part)), answer.is_start) for part in parts)
    return Setting(SET, text, answer.may_differ)


def _said(choice: str, app: KnownApp | None, setting: str) -> bool | None:
    """Whether the task does it; None where that can't be told."""
    if choice in {YES, NO}:
        return choice == YES
    answer = app.setting(setting) if choice == AS_APP and app is not None else None
    if isinstance(answer, NotSet):
        return False
    if isinstance(answer, SetTo) and not answer.may_differ:
        return bool(answer.value)
    return None


_SEVERAL = re.compile(r";(?=[a-zA-Z][\w+.-]*://)")
_PORT = r"\d{1,5}(?:[/?#,;]|$)"
_PASSWORD = re.compile(rf"(://[^:/@]+):(?!{_PORT}).*@|(://):.*@")
"""A user's password, or one without a user. What follows a host is its port."""

_SECRET = re.compile(
    r"([?&][^=&]*(?:password|passwd|secret|token|key)(?!file=)[^=&]*=)[^&]*", re.I
)


def _masked(urls: str, is_start: bool) -> str:
    """URLs without their secrets; where the rest is not known, its scheme may be all."""
    shown = ";".join(map(_without_secrets, _SEVERAL.split(urls)))
    if not is_start:
        return shown
    scheme, mark, rest = shown.partition("://")
    return f"{scheme}{mark}…" if ":" in rest and "@" not in rest else f"{shown}…"


def _without_secrets(url: str) -> str:
    hidden = _PASSWORD.sub(lambda found: f"{found[1] or found[2]}:***@", url)
    return _SECRET.sub(r"\1***", hidden)
