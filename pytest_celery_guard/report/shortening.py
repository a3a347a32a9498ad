"""A long record, short enough for a report of thousands of tests."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from pytest_celery_guard.account.record import (
    Moment,
    Record,
    SentTask,
)
from pytest_celery_guard.basics.callers import LIBRARY

ENDS_KEPT = 50
"""So many tasks are kept from the beginning of a test, and as many from its end."""

MOMENTS_KEPT = 50
"""So many moments of one task are kept: a task can store its progress for ever."""

LONGEST = 200
"""Of arguments, results and errors, in characters."""

LONGEST_TRACEBACK = 4000


def shortened(record: Record) -> Record:
    """A record without the tasks in its middle, and without frames of libraries."""
    count = len(record.tasks)
    middle = range(ENDS_KEPT, max(ENDS_KEPT, count - ENDS_KEPT))
    kept = [place for place in range(count) if place not in middle]
    places = {old: new for new, old in enumerate(kept)}
    tasks = (_task(record.tasks[old], places) for old in kept)
    moments = tuple(_moments(record, places))
    return record._replace(tasks=tuple(tasks), moments=moments, left_out=len(middle))


def _task(task: SentTask, places: dict[int, int]) -> SentTask:
    parent = places.get(task.parent, -1)
    return task._replace(arguments=_cut(task.arguments), parent=parent)


def _moments(record: Record, places: dict[int, int]) -> Iterator[Moment]:
    seen = dict.fromkeys(places, 0)
    for moment in record.moments:
        if seen.get(moment.task, MOMENTS_KEPT) < MOMENTS_KEPT:
            seen[moment.task] += 1
            yield moment._replace(
                task=places[moment.task],
                note=_cut(moment.note),
                traceback=users_frames(moment.traceback)[-LONGEST_TRACEBACK:],
            )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def users_frames(traceback: str) -> str:
    """A traceback without the frames of libraries; as it is when all frames are theirs.

    Of exceptions that follow each other it keeps those with a frame of the user's.
    """
    relative = traceback.replace(f'"{os.getcwd()}{os.sep}', '"')
    parts = [_without_libraries(part) for part in _CHAINED.split(relative)]
    return "\n\n".join(filter(None, parts)) or relative


_CHAINED = re.compile(
    r"\n\n(?:During handling of the above exception, another exception occurred"
    r"|The above exception was the direct cause of the following exception):\n\n"
)


def _without_libraries(traceback: str) -> str:
    """One exception's part; empty when all frames are those of libraries."""
    kept: list[str] = []
    is_theirs = has_users = False
    for line in traceback.splitlines():
        if line.startswith("  File "):
            is_theirs = bool(LIBRARY.search(line))
            has_users |= not is_theirs
        elif not line.startswith("   "):
            is_theirs = False
        if not is_theirs:
            kept.append(line)
    return "\n".join(kept) if has_users else ""
