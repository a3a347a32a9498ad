"""Messages that wait, or tasks that run, for longer than the broker's visibility timeout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.answers import SetTo
from flake8_celery_get.model.usage.listening import listen, world_for
from flake8_celery_get.model.usage.written.numbers import delay_of, number_of
from flake8_celery_get.model.usage.written.said_options import said_options
from flake8_celery_get.model.usage.written.visibility import Visibility
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    AppValue,
    External,
    Method,
    Signature,
    TaskOptions,
    TaskValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.arguments import Given

_CALLS = frozenset(
    {"apply_async", "apply_async_on_commit", "retry", "send_task", "set", "signature"}
)
_WORDS = re.compile(r"\b(?:countdown|eta)\s*=")


@dataclass(frozen=True, slots=True)
class TooLate(Note):
    """What is longer than the timeout: its name, its ``seconds``, and the timeout's."""

    what: str
    seconds: int
    timeout: int


def too_late(apps: Apps, tasks: Iterable[Defined]) -> Iterator[TooLate]:
    """The delays and limits that make the broker deliver a message twice."""
    visibility = Visibility(apps)
    if not visibility.any():
        return
    world = world_for(apps.world.project)
    heard = _Delays(apps, visibility)
    for path in world.project.celery_files(_WORDS_BYTES):
        if not world.is_test(path):
            listen(world, heard, world.scope(path), _WORDS)
    yield from heard.found
    for app in apps:
        yield from _of_app(visibility, app)
    for task in tasks:
        yield from _of_task(apps, visibility, task)


_WORDS_BYTES = re.compile(_WORDS.pattern.encode())


class _Delays(Listener):
    """Hears of each send, and keeps those that are due after the timeout."""

    def __init__(self, apps: Apps, visibility: Visibility) -> None:
        self._apps = apps
        self._visibility = visibility
        self.found: dict[TooLate, None] = {}

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        if code.last_name(node.function) not in _CALLS:
            return
        timeouts = {self._timeout(frame, each, node) for each in options(function)}
        timeout = timeouts.pop() if len(timeouts) == 1 else None
        if timeout is None:
            return
        for argument in given:
            if argument.name in {"countdown", "eta"}:
                seconds = _seconds(frame, argument)
                if seconds is not None and seconds > timeout:
                    note = TooLate(
                        frame.scope.path, node.at, frame.within, argument.name,
                        round(seconds), timeout,
                    )  # fmt: skip
                    self.found[note] = None

    def _timeout(self, frame: Frame, function: Value, node: code.Call) -> int | None:
        owner = function.owner if isinstance(function, Method) else function
        if isinstance(owner, (TaskValue, Signature)):
            app = _app_of(self._apps, owner.options)
        elif isinstance(owner, AppValue):
            app = self._apps.get(owner.site)
        elif _is_in_task(frame, node) or _is_celerys(function):
            app = self._apps.get(())
        else:
            app = None
        return None if app is None else self._visibility.of(app)


def _seconds(frame: Frame, argument: Given) -> float | None:
    if argument.name == "eta":
        return delay_of(frame, argument.node)
    return number_of(frame, argument.node)


def _is_in_task(frame: Frame, node: code.Call) -> bool:
    """Whether ``self.retry`` is called in the body of a task."""
    symbol = frame.symbol
    is_retry = code.last_name(node.function) == "retry"
    return is_retry and symbol is not None and frame.world.is_task(symbol)


def _is_celerys(function: Value) -> bool:
    return isinstance(function, External) and function.path.startswith("celery.")


def _app_of(apps: Apps, said: TaskOptions) -> App | None:
    return apps.get(said.app)


def _of_task(apps: Apps, visibility: Visibility, task: Defined) -> Iterator[TooLate]:
    app = _app_of(apps, task.options)
    timeout = visibility.of(app) if app is not None else None
    if app is None or timeout is None:
        return
    frame, said = said_options(apps.world, task)
    is_late = _acknowledges_late(app, task, said)
    for name, argument in said.items():
        if name == "default_retry_delay" or (is_late and name in _LIMITS):
            seconds = number_of(frame, argument.value)
            if seconds is not None and seconds > timeout:
                path = task.symbol.scope.path
                yield TooLate(path, argument.at, None, name, round(seconds), timeout)


_LIMITS = frozenset({"time_limit", "soft_time_limit"})
_LIMITS_OF_APPS = ("task_time_limit", "task_soft_time_limit")


def _acknowledges_late(app: App, task: Defined, said: Mapping[str, code.Argument]) -> bool:
    """Whether a task says so, or leaves it to its app, which does."""
    if "acks_late" in said:
        return _is_true(said["acks_late"].value)
    is_left = task.leaves("acks_late") and "base" not in task.keywords.others
    return is_left and _is_late(app)


def _is_late(app: App) -> bool:
    late = app.setting("task_acks_late")
    return isinstance(late, SetTo) and late.value is True and not late.may_differ


def _of_app(visibility: Visibility, app: App) -> Iterator[TooLate]:
    """The limit for all tasks: the hard one, as the soft one is below it."""
    timeout = visibility.of(app)
    if timeout is None or not _is_late(app):
        return
    for name in _LIMITS_OF_APPS:
        limit = app.setting(name)
        if isinstance(limit, SetTo) and _is_number(limit.value) and limit.value > timeout:
            path, at = limit.place
            yield TooLate(path, at, None, name, round(limit.value), timeout)
            return


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_true(node: code.Expression) -> bool:
    return isinstance(node, code.Constant) and node.value is True
