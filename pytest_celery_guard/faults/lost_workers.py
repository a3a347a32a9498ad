"""The process that runs a task dies, or the whole worker does."""

from __future__ import annotations

from typing import get_args

from pytest_celery_guard.errors import WrongOptionError
from pytest_celery_guard.faults.telling import check_count, told
from pytest_celery_guard.turns.choosing import listed, names_of, wanted_by
from pytest_celery_guard.turns.known_names import check_task_name
from pytest_celery_guard.world.engine import StepMode, in_step_mode
from pytest_celery_guard.world.played import Loss, When


class LosesWorkers(StepMode):
    """What a handle has to lose workers."""

    @in_step_mode
    def lose_worker(
        self,
        task: object = None,
        when: When = "during",
        *,
        machine: bool = False,
        times: int = 1,
    ) -> None:
        """Let the process die that runs a task, a result's task, or (None) the next one.

        It dies ``before`` the body, ``during`` it (when the first call that the body makes is
        over), ``after`` it, or when the result is ``stored``; in each case before a late
        acknowledgement. With ``machine`` the whole worker dies: it can't store a failure, and
        what it has not acknowledged is delivered again.
        """
        __tracebackhide__ = True
        if when not in get_args(When):
            known = ", ".join(map(repr, get_args(When)))
            raise WrongOptionError(f"lose_worker: when={when!r} is none of {known}.")
        check_count("lose_worker", "times", times, 1)
        for each in listed(task) if task is not None else ():
            for name in names_of(each):
                check_task_name(self._world, f"lose_worker({name!r})", name)
        options = {"when": when} | ({"machine": True} if machine else {})
        self._world.faults.faults.append(
            Loss(
                told("lose_worker", task, **options),
                is_meant=wanted_by(None, task) or (lambda *_: True),
                when=when,
                machine=machine,
                times=times,
            )
        )
