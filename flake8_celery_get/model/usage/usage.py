"""All notes on how tasks are used: rules find them among the other notes of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.crontabs import crontabs

if TYPE_CHECKING:
    from flake8_celery_get.model.notes import Note
    from flake8_celery_get.project.project import Project


def notes_on_usage(project: Project) -> Iterator[Note]:
    """What is noted of a project; for rules that are off by default only where one is on."""
    yield from crontabs(project)
