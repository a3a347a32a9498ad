"""What is done around each send of an app, until the end of the test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery.app.task import Task

from pytest_celery_guard.basics.restoring import swap, swap_all
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.contract.sends import Contract


def check_each(undo: Undo, app: Any, contract: Contract) -> None:
    """Hold what is sent through an app against its contract."""
    send_task, apply_async = contract.checked(app.send_task, Task.apply_async)
    swap_all(undo, ((app, "send_task", send_task), (Task, "apply_async", apply_async)))


def drain_after_each(undo: Undo, app: Any, drain: Callable[[], object]) -> None:
    """Run what was sent before the call that sends it returns."""
    send_task = app.send_task

    def send_task_and_drain(*args: Any, **kwargs: Any) -> Any:
        result = send_task(*args, **kwargs)
        drain()
        return result

    swap(undo, app, "send_task", send_task_and_drain)
