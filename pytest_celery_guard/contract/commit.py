"""CEL603: no key of a row is sent while the transaction that has written the row is open.

A worker may take the task before the row is there, or though it never comes. A send that
waits some seconds (``countdown``, ``eta``) is the usual way round it, and left alone. So is
one before the transaction has written anything, and one about other rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from pytest_celery_guard.app.parameters import names_of, numbers_of
from pytest_celery_guard.commits.rows import Argument, sent_among
from pytest_celery_guard.commits.transactions import open_now
from pytest_celery_guard.contract.call import Call, Finding
from pytest_celery_guard.explain import sending

CODE = "CEL603"


def check(call: Call) -> Iterator[Finding]:
    """Django's transactions, in this thread; those of the test itself don't count."""
    if call.options.get("countdown") or call.options.get("eta"):
        return
    for alias, place, written in open_now():
        row = written and sent_among(written, arguments_of(call))
        if row:
            has_helper = hasattr(call.task, "delay_on_commit")
            told = f"{type(row).__name__} {row.pk}"
            text = sending.before_commit(call.name, told, alias, place, has_helper)
            yield Finding(CODE, text)
            return


def arguments_of(call: Call) -> Iterator[Argument]:
    """The arguments of a send, and of the signatures that it carries."""
    yield from named(call.task, call.args, call.kwargs)
    for each in call.carried:
        task, signature = call.app.tasks.get(each.name), each.signature
        yield from named(task, signature.get("args") or (), signature.get("kwargs") or {})


def named(task: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Iterator[Argument]:
    """Arguments by the names of their parameters, without those that are mere numbers."""
    numbers = numbers_of(task)
    positional = zip_longest(names_of(task)[: len(args)], args, fillvalue="")
    for parameter, value in (*positional, *kwargs.items()):
        if parameter not in numbers:
            yield parameter, value
