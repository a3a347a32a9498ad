"""CEL603: nothing is sent while a transaction of the application is open.

A worker may take the task before the rows are there, or though they never come. A send that
waits some seconds (``countdown``, ``eta``) is the usual way round it, and left alone. So is
one about rows that are in another database than the transaction.
"""

from __future__ import annotations

from collections.abc import Iterator

from pytest_celery_guard.commits.rows import databases_of
from pytest_celery_guard.commits.transactions import open_now
from pytest_celery_guard.contract.call import Call, Finding
from pytest_celery_guard.explain import sending

CODE = "CEL603"


def check(call: Call) -> Iterator[Finding]:
    """Django's transactions, in this thread; those of the test itself don't count."""
    if call.options.get("countdown") or call.options.get("eta"):
        return
    transactions = list(open_now())
    if not transactions:
        return
    rows = databases_of([*call.args, *call.kwargs.values()])
    touched = next((each for each in transactions if not rows or each.alias in rows), None)
    if touched is not None:
        has_helper = hasattr(call.task, "delay_on_commit")
        alias, place = touched
        yield Finding(CODE, sending.before_commit(call.name, alias, place, has_helper))
