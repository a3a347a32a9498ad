"""CEL611: the queue is one that the app declares.

Celery refuses a queue that is unknown only where ``task_create_missing_queues`` is off. Where it
is on, a worker may have been told to read any queue (``-Q``). So only a name that is almost that
of a declared queue is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_celery_guard.basics.meant import SLIP, closest
from pytest_celery_guard.contract.call import Finding, Weight
from pytest_celery_guard.explain import sending

CODE = "CEL611"


def check(app: Any, queue: str) -> Iterator[Finding]:
    """Of the queue that a message went to."""
    declared = app.conf.task_queues
    if not declared:
        return
    names = [str(getattr(each, "name", each)) for each in declared]
    names.append(str(app.conf.task_default_queue))
    if queue not in names and (close := closest(queue, names, SLIP)):
        yield Finding(CODE, sending.unknown_queue(queue, close), Weight.DOUBT)
