"""The entries of beat's schedules, wherever they are written down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.sends.sends import SendingNotes
from flake8_celery_get.model.usage.listening import listen
from flake8_celery_get.source import words

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.sends.beat import Scheduled

_SCHEDULES = re.compile(rf"\b(?:{'|'.join(sorted(words.SCHEDULES))})\b|[\"']schedule[\"']")


def beat_entries(world: World) -> list[Scheduled]:
    """All entries outside of test code, by their places."""
    world.forget()
    world.sending = SendingNotes()
    for path in sorted(world.project.mentioning(set(words.SCHEDULES))):
        if not world.is_test(path):
            listen(world, Listener(), world.scope(path), _SCHEDULES)
    entries, world.sending = world.sending.beat.entries(), None
    return entries
