"""All notes on how tasks are used: rules find them among the other notes of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.calls_in_views import calls_in_views
from flake8_celery_get.model.usage.celery6.old_imports import old_imports
from flake8_celery_get.model.usage.celery6.old_reads import old_reads
from flake8_celery_get.model.usage.celery6.old_settings import old_settings
from flake8_celery_get.model.usage.crontabs import crontabs
from flake8_celery_get.model.usage.declarations.class_based import class_tasks
from flake8_celery_get.model.usage.declarations.duplicates import duplicate_names
from flake8_celery_get.model.usage.declarations.limits import Limits
from flake8_celery_get.model.usage.delays.too_late import too_late
from flake8_celery_get.model.usage.expiry import unexpiring_sends
from flake8_celery_get.model.usage.listening import world_for
from flake8_celery_get.model.usage.names.queues import unknown_queues
from flake8_celery_get.model.usage.names.routed import options_for_routes
from flake8_celery_get.model.usage.names.unknown import unknown_tasks
from flake8_celery_get.model.usage.names.unreached import registered, unreached_tasks
from flake8_celery_get.model.usage.naming import nameless_tasks
from flake8_celery_get.model.usage.opinions.databases import shared_databases
from flake8_celery_get.model.usage.opinions.survey import notes_for_opinions
from flake8_celery_get.model.usage.schedules import beat_entries
from flake8_celery_get.model.usage.sent.sends import heard_sends
from flake8_celery_get.model.usage.signatures.by_name import misfits_by_name
from flake8_celery_get.model.usage.signatures.given_limits import (
    impossible_limits_given,
    impossible_limits_scheduled,
)
from flake8_celery_get.model.usage.signatures.survey import notes_on_signatures
from flake8_celery_get.model.usage.tasks import defined_tasks
from flake8_celery_get.model.usage.transactions.early import notes_on_transactions
from flake8_celery_get.model.usage.unread import unread_tasks
from flake8_celery_get.model.usage.written.eager import eager_apps
from flake8_celery_get.model.usage.written.unknown import unknown_settings

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.noticed.notes import Note
    from flake8_celery_get.model.settings.apps.apps import Apps
    from flake8_celery_get.model.settings.apps.stored import Storage
    from flake8_celery_get.model.usage.sent.sends import Sends
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.project.project import Project


def notes_on_usage(project: Project, apps: Apps, storage: Storage) -> Iterator[Note]:
    """What is noted of a project; for rules that are off by default only where one is on."""
    yield from crontabs(project)
    if not project.celery_files():
        return
    yield from unknown_settings(apps)
    yield from eager_apps(apps)
    world = world_for(project)
    tasks = list(defined_tasks(world))
    instances = list(class_tasks(world))
    sends = heard_sends(world, [*tasks, *instances])
    yield from notes_on_signatures(world, tasks, sends)
    yield from notes_on_transactions(world, sends)
    yield from unknown_queues(apps, tasks, sends)
    limits = Limits(apps)
    yield from limits.impossible(tasks)
    yield from impossible_limits_given(sends, limits)
    unreached = list(unreached_tasks(world, apps, tasks))
    yield from unreached
    # A task that no worker knows takes no name away.
    yield from duplicate_names(world, apps, registered(tasks, unreached))
    entries = beat_entries(world)
    yield from too_late(apps, [*tasks, *instances], entries)
    yield from unknown_tasks(world, apps, tasks, entries)
    yield from misfits_by_name(world, [*tasks, *instances], sends, entries)
    yield from impossible_limits_scheduled(entries)
    if project.options.opinions:
        yield from _opinions(world, tasks, sends, apps, storage)
        if project.options.asks("CEL803"):
            yield from sends.old_methods.certain()


def _opinions(
    world: World, tasks: list[Defined], sends: Sends, apps: Apps, storage: Storage
) -> Iterator[Note]:
    asks = world.project.options.asks
    if asks("CEL801"):
        yield from old_settings(apps)
        yield from old_reads(world)
    if asks("CEL803"):
        yield from old_imports(world)
    yield from options_for_routes(apps, tasks)
    yield from notes_for_opinions(world, tasks, sends, apps)
    if asks("CEL901"):
        yield from nameless_tasks(world, tasks)
    if asks("CEL902"):
        yield from unexpiring_sends(world, tasks)
    if asks("CEL903"):
        yield from shared_databases(apps)
    if asks("CEL904"):
        yield from unread_tasks(world, tasks, apps, storage)
    if asks("CEL905"):
        yield from calls_in_views(world, tasks)
