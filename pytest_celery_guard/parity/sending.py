"""Which tasks a test sends, and which of them run in Celery's eager mode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Sending:
    """What a run of a test has sent. ``apps`` are those that are in eager mode and ran a task."""

    def __init__(self) -> None:
        self.has_sent = False
        self.apps: list[Any] = []

    def note_sent(self, **_: object) -> None:
        """A message is published."""
        self.has_sent = True

    def note_run(self, sender: Any = None, **_: object) -> None:
        """A task runs, which ``apply()`` may have asked for: no mode is behind that."""
        is_eager = sender.request.is_eager and sender.app.conf.task_always_eager
        if is_eager and sender.app not in self.apps:
            self.apps.append(sender.app)


@contextmanager
def sending() -> Iterator[Sending]:
    """What is sent meanwhile."""
    from celery.signals import before_task_publish, task_prerun

    found = Sending()
    before_task_publish.connect(found.note_sent, weak=False)
    task_prerun.connect(found.note_run, weak=False)
    try:
        yield found
    finally:
        before_task_publish.disconnect(found.note_sent)
        task_prerun.disconnect(found.note_run)
