"""Keeps processes that a test starts from sending tasks: no worker of the test could run them."""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Callable
from typing import Any

from pytest_celery_guard.basics.restoring import Shared, swap
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
    if isinstance(subprocess.Popen, type):  # it may be a mock, which starts nothing
        swap(undo, subprocess.Popen, "__init__", _refusing(subprocess.Popen.__init__))


def _refusing(start: Callable[..., None]) -> Callable[..., None]:
    """What starts a process; most code that gives it an environment takes ``os.environ`` for it."""

    @functools.wraps(start)
    def start_refusing(process: Any, *args: Any, **options: Any) -> None:
        if options.get("env") is not None:
            options["env"] = {**options["env"], **dict.fromkeys(BROKERS, NO_BROKER)}
        start(process, *args, **options)

    return start_refusing


def _put_back() -> None:
    for name in BROKERS:
        value = os.environ.get(name)
        if value is None:
            os.unsetenv(name)
        else:
            os.putenv(name, value)


new_processes = Shared[Guarded](_refuse)
