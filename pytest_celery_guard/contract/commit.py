"""CEL603: nothing is sent while a transaction of the application is open.

A worker may take the task before the rows are there, or though they never come. A send that
waits some seconds (``countdown``, ``eta``) is the usual way round it, and left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from pytest_celery_guard.contract.call import Call, Finding
from pytest_celery_guard.explain import sending
from pytest_celery_guard.transactions import is_open

CODE = "CEL603"


def check(call: Call) -> Iterator[Finding]:
    """Django's transactions, in this thread; those of the test itself don't count."""
    if is_open() and not (call.options.get("countdown") or call.options.get("eta")):
        has_helper = hasattr(call.task, "delay_on_commit")
        yield Finding(CODE, sending.before_commit(call.name, has_helper))
