"""The hooks that wait for a commit: found, and run as Django runs them.

Source: django.db.backends.base.base.BaseDatabaseWrapper, the same in 4.2 to 5.2.
``run_on_commit`` is a list of ``(savepoint ids, function, robust)``; a savepoint that is rolled
back takes its hooks out of it.
"""

from __future__ import annotations

import logging
from typing import Any

from pytest_celery_guard.commits.hook import Hook
from pytest_celery_guard.commits.transactions import blocks_of, connections
from pytest_celery_guard.errors import StillBusyError

LOGGER = "django.db.backends.base"

ROUNDS = 100
"""So often hooks may add hooks before it is taken for an endless loop."""


def waiting() -> list[Hook]:
    """All hooks that no one has run, of each database in use."""
    return [entry[1] for each in connections() for entry in entries(each)]


def run() -> None:
    """Run what a commit would run now, and what that adds.

    A database whose transaction is still open, by the application's own doing, is left alone.
    Raises what a hook raises; those behind it are lost then, as with Django. Raises
    StillBusyError when hooks add hooks without end.
    """
    for connection in connections():
        for _ in range(ROUNDS):
            if not (batch := committed(connection)):
                break
            run_batch(batch)
        else:
            raise StillBusyError(
                f"on_commit hooks added further hooks, {ROUNDS} times in a row. Does one of"
                " them add itself again?"
            )


def committed(connection: Any) -> list[Any]:
    """The entries that wait on one database, if its transaction is over."""
    if blocks_of(connection) or connection.needs_rollback:
        return []
    return entries(connection)


def entries(connection: Any) -> list[Any]:
    """The entries of one database that no one has run."""
    found = connection.run_on_commit
    return [each for each in found if isinstance(each[1], Hook) and not each[1].has_run]


def adopt() -> None:
    """Take over what was there before the guard was on: the hooks of fixtures.

    In a TestCase these would be the hooks of ``setUpTestData``, which each test would run again.
    """
    for connection in connections():
        for at, (savepoints, function, *robust) in enumerate(connection.run_on_commit):
            if not isinstance(function, Hook):
                adopted = (savepoints, Hook(function, None), *robust)
                connection.run_on_commit[at] = adopted


def run_batch(batch: list[Any]) -> None:
    """Run the hooks of one commit."""
    for _, hook, *_ in batch:
        hook.has_run = True
    for _, hook, *robust in batch:
        if any(robust):
            run_robustly(hook)
        else:
            hook.commit()


def run_robustly(hook: Hook) -> None:
    """Log an error and go on, in Django's words."""
    try:
        hook.commit()
    except Exception as error:
        name = getattr(hook, "__qualname__", repr(hook))
        logging.getLogger(LOGGER).exception(
            "Error calling %s in on_commit() during transaction (%s).", name, error
        )
