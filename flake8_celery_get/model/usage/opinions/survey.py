"""All notes for opinions on settings, tasks and schedules, as far as some rule asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.crontabs import crontabs
from flake8_celery_get.model.usage.opinions import contents, running, schedules
from flake8_celery_get.model.usage.schedules import beat_entries

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.noticed.notes import Note
    from flake8_celery_get.model.settings.apps.apps import Apps
    from flake8_celery_get.model.usage.sent.sends import Sends
    from flake8_celery_get.model.usage.tasks import Defined


def notes_for_opinions(
    world: World, tasks: list[Defined], sends: Sends, apps: Apps
) -> Iterator[Note]:
    """What is noted of a project."""
    asks = world.project.options.asks
    if asks("CEL906"):
        yield from contents.pickles(apps)
        yield from contents.pickled(world, tasks, sends)
    if asks("CEL907"):
        yield from contents.passwords(apps)
    if asks("CEL908"):
        yield from running.unlimited_apps(apps, tasks)
    if asks("CEL909"):
        yield from running.plain_retries(world, tasks)
        yield from running.plain_retries_of_classes(world)
    if asks("CEL910"):
        yield from running.retries_on_all(world, tasks)
        yield from running.retries_of_classes_on_all(world)
    if asks("CEL911"):
        yield from running.hoarding_workers(apps, tasks)
    if asks("CEL912"):
        yield from schedules.zoneless_schedules(apps, crontabs(world.project))
    if asks("CEL913") or asks("CEL914"):
        yield from _on_entries(world, tasks, apps)


def _on_entries(world: World, tasks: list[Defined], apps: Apps) -> Iterator[Note]:
    asks = world.project.options.asks
    entries = beat_entries(world)
    if asks("CEL913"):
        yield from schedules.overlapping_schedules(world, apps, tasks, entries)
    if asks("CEL914"):
        yield from schedules.unexpiring_schedules(tasks, entries)
