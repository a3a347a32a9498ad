"""The countdowns and etas of sends, retries and schedules.

https://docs.celeryq.dev/en/stable/userguide/calling.html#eta-and-countdown
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.usage.delays.delay import Delay
from flake8_celery_get.model.usage.listening import listen, world_for
from flake8_celery_get.model.usage.written.numbers import delay_of, number_in, number_of
from flake8_celery_get.model.values.arguments import with_unpacked
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    AppValue,
    External,
    Method,
    Signature,
    TaskValue,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.sends.beat import Scheduled
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.values import Value

_CALLS = frozenset(
    {
        "apply_async", "apply_async_on_commit", "retry", "send_task", "set", "signature",
        "subtask",
    }
)  # fmt: skip
_LATER = frozenset({"countdown", "eta"})
_WORDS = re.compile(r"""\b(?:countdown|eta)\b["']?\s*[=:]""")
_WORDS_BYTES = re.compile(_WORDS.pattern.encode())


def delays_of_sends(apps: Apps) -> Iterator[tuple[App, Delay]]:
    """What each send outside of test code says, with the app that sends."""
    world = world_for(apps.world.project)
    heard = _Delays(apps)
    for path in world.project.celery_files(_WORDS_BYTES):
        if not world.is_test(path):
            listen(world, heard, world.scope(path), _WORDS)
    yield from heard.found


def delays_of_entries(
    apps: Apps, entries: Iterable[Scheduled]
) -> Iterator[tuple[App, Delay]]:
    """The same of entries of beat's schedules, which the project's only app sends."""
    app = apps.get(())
    for entry in entries if app is not None else ():
        for option in entry.options:
            seconds = number_in(option.value) if option.name == "countdown" else None
            if app is not None and seconds is not None:
                yield app, Delay(entry.path, option.at, None, option.name, seconds)


class _Delays(Listener):
    """Hears of each send."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps
        self.found: dict[tuple[App, Delay], None] = {}

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        if code.last_name(node.function) not in _CALLS:
            return
        apps = {self._app(frame, each, node) for each in options(function)}
        app = apps.pop() if len(apps) == 1 else None
        for argument in with_unpacked(given, frame.scope.path) if app is not None else ():
            seconds = _seconds(frame, argument) if argument.name in _LATER else None
            if app is not None and seconds is not None:
                place = frame.scope.path, node.at, frame.within
                self.found[app, Delay(*place, argument.name, seconds)] = None

    def _app(self, frame: Frame, function: Value, node: code.Call) -> App | None:
        owner = function.owner if isinstance(function, Method) else function
        if isinstance(owner, (TaskValue, Signature)):
            return self._apps.get(owner.options.app)
        if isinstance(owner, AppValue):
            return self._apps.get(owner.site)
        is_ours = _is_in_task(frame, node) or _is_celerys(function)
        return self._apps.get(()) if is_ours else None


def _seconds(frame: Frame, argument: Given) -> float | None:
    if argument.name == "eta":
        return delay_of(frame, argument.node)
    seconds = number_of(frame, argument.node)
    return number_in(argument.value) if seconds is None else seconds  # of a ``**mapping``


def _is_in_task(frame: Frame, node: code.Call) -> bool:
    """Whether ``self.retry`` is called in the body of a task."""
    symbol = frame.symbol
    is_retry = code.last_name(node.function) == "retry"
    return is_retry and symbol is not None and frame.world.is_task(symbol)


def _is_celerys(function: Value) -> bool:
    return isinstance(function, External) and function.path.startswith("celery.")
