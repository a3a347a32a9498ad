"""Sends when the process ends: code under test may leave them to a function of ``atexit``."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from contextlib import ExitStack

from pytest_celery_guard.refusals.rest import refused_around

WHERE = "in a function of atexit"
REMEDY = (
    "Call this function in a fixture that uses celery_guard, and unregister it. To allow the"
    " send, set celery_guard_allow_broker = true in the ini file."
)

_for_good = ExitStack()


def refuse_at_exit(is_strict: Callable[[], bool]) -> None:
    """Let functions send nothing that are registered by now: the latest one is called first."""
    atexit.unregister(_refuse)
    if is_strict():
        atexit.register(_refuse)


def _refuse() -> None:
    _for_good.enter_context(refused_around(WHERE, REMEDY))
