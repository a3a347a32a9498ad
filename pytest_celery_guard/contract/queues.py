"""CEL611: the queue is one that the app declares.

Celery refuses a queue that is unknown only where ``task_create_missing_queues`` is off. Where it
is on, a worker may have been told to read any queue (``-Q``). So only a name that is almost that
of a declared queue is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pytest_celery_guard.contract.call import Finding, Weight
from pytest_celery_guard.explain import sending

CODE = "CEL611"
CLOSE = 0.8
"""The ratio of difflib from which a name looks like a slip."""


def check(app: Any, queue: str) -> Iterator[Finding]:
    """Of the queue that a message went to."""
    declared = app.conf.task_queues
    if not declared:
        return
    names = [str(getattr(each, "name", each)) for each in declared]
    names.append(str(app.conf.task_default_queue))
    if queue not in names and (close := get_close_matches(queue, names, n=1, cutoff=CLOSE)):
        yield Finding(CODE, sending.unknown_queue(queue, close[0]), Weight.DOUBT)
