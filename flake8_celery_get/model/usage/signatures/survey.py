"""All notes on what tasks take and get: rules find them among the other notes of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.declarations.base_classes import BaseClasses
from flake8_celery_get.model.usage.declarations.bound_tasks import binding_mistakes
from flake8_celery_get.model.usage.declarations.deferred import deferred_tasks
from flake8_celery_get.model.usage.declarations.retries import swallowed_retries
from flake8_celery_get.model.usage.declarations.task_options import unread_options
from flake8_celery_get.model.usage.signatures.carried import uncarried_arguments
from flake8_celery_get.model.usage.signatures.misfits import misfits
from flake8_celery_get.model.usage.signatures.send_options import (
    options_given_to_delay,
    unknown_send_options,
)
from flake8_celery_get.model.usage.signatures.tasks_sent import Shapes

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.noticed.notes import Note
    from flake8_celery_get.model.usage.sent.sends import Sends
    from flake8_celery_get.model.usage.tasks import Defined


def notes_on_signatures(
    world: Surroundings, tasks: list[Defined], sends: Sends
) -> Iterator[Note]:
    """What is noted of the tasks of a project and of the sends to them."""
    bases = BaseClasses(world)
    yield from binding_mistakes(world, tasks, bases)
    yield from deferred_tasks(world, tasks, bases)
    yield from unread_options(world, tasks, bases)
    yield from swallowed_retries(world, tasks)
    shapes = Shapes(world, bases)
    yield from options_given_to_delay(sends, shapes)
    yield from unknown_send_options(world, sends, bases, shapes)
    no_signatures = list(sends.unsent.no_signatures())
    misplaced = {(note.path, note.at) for note in no_signatures}
    # A signature in its place would get other arguments.
    found = misfits(sends, shapes)
    yield from (each for each in found if (each.path, each.at) not in misplaced)
    yield from sends.times.naive(world)
    yield from sends.sent_now.certain()
    yield from uncarried_arguments(world, sends, bases, shapes.held)
    yield from sends.unsent.never_sent()
    yield from no_signatures
