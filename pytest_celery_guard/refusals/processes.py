"""Keeps processes that a test starts from sending tasks: no worker of the test could run them."""

from __future__ import annotations

import os

from pytest_celery_guard.basics.restoring import Shared
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.refusals.guarded import Guarded

NO_BROKER = "celery-guard-does-not-allow-other-processes-to-send-tasks://"
"""The broker of such a process. kombu has no such transport, and its error names it."""

BROKERS = ("CELERY_BROKER_URL", "CELERY_BROKER_READ_URL", "CELERY_BROKER_WRITE_URL")
"""Environment variables that win over an app's settings: celery.app.utils.Settings."""


def _refuse(undo: Undo) -> None:
    """Set what new processes inherit; ``os.environ``, which this one reads, stays as it is."""
    undo.callback(_put_back)
    for name in BROKERS:
        os.putenv(name, NO_BROKER)


def _put_back() -> None:
    for name in BROKERS:
        value = os.environ.get(name)
        if value is None:
            os.unsetenv(name)
        else:
            os.putenv(name, value)


new_processes = Shared[Guarded](_refuse)
