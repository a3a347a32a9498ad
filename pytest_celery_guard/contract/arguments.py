"""CEL601: the arguments fit the task's parameters.

Celery checks that itself for ``delay`` and ``apply_async``, unless the task is a class. It checks
nothing in ``send_task``, and a signature only when the worker sends it. A task whose arguments need
not be those of its body is left alone, as Celery leaves it alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_celery_guard.app.parameters import (
    is_checked_by_celery,
    misfit,
    takes_its_own_way,
)
from pytest_celery_guard.contract.call import Call, Finding
from pytest_celery_guard.contract.carried import Carried
from pytest_celery_guard.explain import sending

CODE = "CEL601"


def check(call: Call) -> Iterator[Finding]:
    """Of the call itself, and of each signature that it carries."""
    task = call.task
    is_open = task is not None and not call.is_checked and not takes_its_own_way(task)
    if is_open and (reason := misfit(call.task, tuple(call.args), dict(call.kwargs))):
        yield Finding(CODE, sending.misfit(reason))
    for carried in call.carried:
        task = call.app.tasks.get(carried.name)
        if task is not None and (reason := misfit_later(task, carried)):
            fits_alone = carried.is_partial and not misfit(task, *own(carried))
            name, role = carried.name, carried.role
            text = sending.carried_misfit(
                name, role, carried.is_partial, reason, fits_alone
            )
            yield Finding(CODE, text)


def misfit_later(task: Any, carried: Carried) -> str:
    """Why a task can't be called with what the worker will give it; empty when it can."""
    if takes_its_own_way(task) and not is_checked_by_celery(task):
        return ""
    args, kwargs = own(carried)
    if not carried.is_partial:
        return misfit(task, args, kwargs)
    if carried.role != "link_error":
        return misfit(task, (None, *args), kwargs)
    # An errback gets the id of the failed task, or, where it takes more, three things.
    old_style = misfit(task, (None, *args), kwargs)
    return old_style and misfit(task, (None, None, None, *args), kwargs) and old_style


def own(carried: Carried) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments that stand in the signature."""
    args, kwargs = carried.signature.get("args"), carried.signature.get("kwargs")
    return tuple(args or ()), dict(kwargs or {})
