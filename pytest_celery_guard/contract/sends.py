"""Holds each send of an app against the contract, and notes what is wrong with it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import wraps
from itertools import chain
from types import TracebackType
from typing import Any

from celery import Celery
from celery.app.task import Task
from celery.exceptions import QueueNotFound

from pytest_celery_guard.basics.callers import users_place
from pytest_celery_guard.contract import (
    arguments,
    commit,
    moments,
    names,
    queues,
    serialisable,
)
from pytest_celery_guard.contract.call import Call, Check, Finding, Weight
from pytest_celery_guard.contract.carried import carried_by
from pytest_celery_guard.explain import sending
from pytest_celery_guard.findings.findings import Findings
from pytest_celery_guard.private import celery as private

CHECKS: tuple[Check, ...] = (
    names.check,
    arguments.check,
    serialisable.check,
    moments.check,
    commit.check,
)

FAILING: Mapping[str, frozenset[Weight]] = {
    "error": frozenset({Weight.BREACH}),
    "strict": frozenset(Weight),
    "warn": frozenset(),
}
"""What fails a test, by the option ``contract``."""

TOLD = frozenset({Weight.BREACH, Weight.DOUBT})
"""What is a warning where it fails no test."""

POSITIONAL = list(inspect.signature(Celery.send_task).parameters)[4:]
"""What may follow on ``send_task(name, args, kwargs, …)`` without a name."""

APPLY_ASYNC = Task.apply_async.__code__

Function = Callable[..., Any]


class Contract:
    """The contract of one app; ``level`` is the option ``contract``."""

    def __init__(self, world: Findings, level: str) -> None:
        self._world = world
        self._app = world.app
        self._failing = FAILING[level]
        self._queues: set[str] = set()
        self._unchecked: tuple[Function, ...] = ()
        self._checked: tuple[Function, ...] = ()

    def checked(self, send_task: Function, apply_async: Function) -> tuple[Function, ...]:
        """Both with the checks, for a test that begins; made anew only where it has others."""
        self._queues.clear()
        if self._unchecked != (unchecked := (send_task, apply_async)):
            self._unchecked = unchecked
            self._checked = self.of_send_task(send_task), self.of_apply_async(apply_async)
        return self._checked

    def of_send_task(self, send_task: Function) -> Function:
        """``app.send_task``, which every send goes through, with the checks before it."""

        @wraps(send_task)
        def send_task_checked(
            name: str, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any
        ) -> Any:
            __tracebackhide__ = True
            given = options if not rest else {**options, **dict(zip(POSITIONAL, rest))}  # noqa: B905
            # What is retried was checked, or is about to be: the task itself sends it.
            if not given.get("retries") or private.current_task() is None:
                self._check(name, args, kwargs, given)
            try:
                result = send_task(name, args, kwargs, *rest, **options)
            except QueueNotFound as error:
                self._note(name, [Finding(queues.CODE, f"{error}.")])
                raise
            self._check_queue(name, result)
            return result

        return send_task_checked

    def of_apply_async(self, apply_async: Function) -> Function:
        """``Task.apply_async``, whose own check of the arguments code may swallow."""

        @wraps(apply_async)
        def apply_async_checked(task: Any, *args: Any, **options: Any) -> Any:
            __tracebackhide__ = True
            try:
                return apply_async(task, *args, **options)
            except TypeError as error:
                if task.app is self._app and innermost(error.__traceback__) is APPLY_ASYNC:
                    text = sending.misfit(str(error))
                    self._note(task.name, [Finding(arguments.CODE, text)])
                raise

        return apply_async_checked

    def _check(self, name: str, args: Any, kwargs: Any, options: Mapping[str, Any]) -> None:
        if name.startswith("celery.") or not are_arguments(args, kwargs):
            return  # Celery's own, or refused by Celery
        if options.get("chain") and users_place() is None:
            return  # the worker goes on with a chain, all of which was checked when it was sent
        app, sent_by = self._app, options.get("task_type")
        with suppress(RecursionError):  # a value that holds itself: Celery refuses it
            call = Call(
                app,
                name,
                args or (),
                {**kwargs} if kwargs else {},
                app.tasks.get(name),
                sent_by is not None and sent_by.typing and hasattr(sent_by, "__header__"),
                options,
                tuple(carried_by(options)),
                self._world.external,
            )
            self._note(name, chain.from_iterable(check(call) for check in CHECKS))

    def _check_queue(self, name: str, result: Any) -> None:
        if why := self._world.lost.get(getattr(result, "id", "")):
            self._note(name, [Finding(queues.CODE, why, Weight.DOUBT)])
        queue = self._world.sends[-1].queue if self._world.sends else ""
        if queue not in self._queues:  # once each: to read a setting takes 6 us
            self._queues.add(queue)
            self._note(name, queues.check(self._app, queue))

    def _note(self, name: str, findings: Iterable[Finding]) -> None:
        for code, text, weight in () if self._world.is_quiet else findings:
            place = users_place()
            if place is None or (weight not in self._failing and weight not in TOLD):
                continue
            told = sending.told(name, text, f"at {place}")
            if self._world.allowed.covers(code, [place.module]):
                continue
            if weight in self._failing:
                self._world.found(code, told)
            else:
                self._world.doubt(code, told, place)


def are_arguments(args: Any, kwargs: Any) -> bool:
    """Whether Celery takes these for the arguments of a task."""
    return isinstance(args, list | tuple | None) and isinstance(kwargs, dict | None)


def innermost(traceback: TracebackType | None) -> object:
    """The code that raised."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback and traceback.tb_frame.f_code
