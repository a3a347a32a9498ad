"""Messages that wait, or tasks that run, for longer than the broker's visibility timeout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes.task_options import app_of
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.answers import SetTo
from flake8_celery_get.model.usage.delays.of_sends import delays_of_entries, delays_of_sends
from flake8_celery_get.model.usage.delays.of_tasks import LIMITS, delays_of, is_late
from flake8_celery_get.model.usage.delays.visibility import Visibility
from flake8_celery_get.model.usage.written.numbers import is_number

if TYPE_CHECKING:
    from flake8_celery_get.model.sends.beat import Scheduled
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.model.usage.delays.delay import Delay
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.values import Key


@dataclass(frozen=True, slots=True)
class TooLate(Note):
    """What is longer than the timeout: its name, its ``seconds``, and the timeout's."""

    what: str
    seconds: int
    timeout: int


def too_late(
    apps: Apps, tasks: Iterable[Defined], entries: Iterable[Scheduled]
) -> Iterator[TooLate]:
    """The delays and limits that make the broker deliver a message twice."""
    visibility = Visibility(apps)
    if not visibility.any():
        return
    found = dict[TooLate, None]()  # several tasks may have one class
    for app, delay in _delays(apps, tasks, entries):
        timeout = visibility.of(app)
        if timeout is not None and delay.seconds > timeout:
            place = delay.path, delay.at, delay.within
            found[TooLate(*place, delay.what, round(delay.seconds), timeout)] = None
    yield from found
    for app in apps:
        yield from _of_app(visibility, app)


def _delays(
    apps: Apps, tasks: Iterable[Defined], entries: Iterable[Scheduled]
) -> Iterator[tuple[App, Delay]]:
    """Every delay, and the app whose broker keeps the message."""
    yield from delays_of_sends(apps)
    yield from delays_of_entries(apps, entries)
    for task in tasks:
        app = apps.get(_site(apps, task))
        if app is not None:
            yield from ((app, delay) for delay in delays_of(apps.world, app, task))


def _site(apps: Apps, task: Defined) -> Key:
    """The app of a task, also where its base class may bring another result backend."""
    if task.place is None or "base" not in task.keywords.others:
        return task.options.app
    decorator = task.symbol.definition.decorators[task.place]
    return app_of(apps.world.deeply(task.symbol.scope, decorator))


def _of_app(visibility: Visibility, app: App) -> Iterator[TooLate]:
    """The limit for all tasks: the hard one, as the soft one is below it."""
    timeout = visibility.of(app)
    if timeout is None or not is_late(app):
        return
    for name in LIMITS:
        limit = app.setting(f"task_{name}")
        if isinstance(limit, SetTo) and is_number(limit.value) and limit.value > timeout:
            path, at = limit.place
            yield TooLate(path, at, None, f"task_{name}", round(limit.value), timeout)
            return
