"""All notes on what tasks take and get: rules find them among the other notes of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.signatures.base_classes import BaseClasses
from flake8_celery_get.model.signatures.bound_tasks import binding_mistakes
from flake8_celery_get.model.signatures.deferred import deferred_tasks

if TYPE_CHECKING:
    from flake8_celery_get.model.notes import Note
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.world import World


def notes_on_signatures(world: World, tasks: list[Defined]) -> Iterator[Note]:
    """What is noted of the tasks of a project and of the sends to them."""
    bases = BaseClasses(world)
    yield from binding_mistakes(world, tasks, bases)
    yield from deferred_tasks(world, tasks, bases)
