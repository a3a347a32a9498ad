"""The options that a task's own decorator is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.settings.given import text
from flake8_celery_get.model.usage.tasks import arguments
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.tasks import Defined


def said_options(
    world: Surroundings, task: Defined
) -> tuple[Frame, dict[str, code.Argument]]:
    """The keywords of Celery's decorator, and where to evaluate them.

    ``"**"`` stands for what is unpacked. None for a decorator that is not Celery's own.
    """
    said = {each.name: each for each in arguments(world, task) if each.name}
    return Frame(world, task.symbol.scope), said


def name_of(world: Surroundings, task: Defined) -> str:
    """The name of a task, also where a constant stands for it; empty where nobody can tell."""
    return task.name or _evaluated(world, task)


def _evaluated(world: Surroundings, task: Defined) -> str:
    """A name that a constant stands for."""
    frame, said = said_options(world, task)
    if "name" not in said:
        return ""
    with frame.world.looking_deep():
        value = frame.evaluate(said["name"].value)
    return text(value) or ""
