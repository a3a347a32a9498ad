"""Threads that a test has started: what they do after it must not get out, either.

They may go on when no guard is on any more, and the test that runs meanwhile may have none. A
thread that a library starts, such as one of a pool, may do the work of many tests: what a test
gives to a pool is noted instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Thread, current_thread, local
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from pytest_celery_guard.basics.callers import (
    GIVEN,
    PASSING_ON,
    STARTED,
    Place,
    is_called_by_user,
    users_place,
)
from pytest_celery_guard.refusals.methods import Refusing

PYTEST = "PYTEST_CURRENT_TEST"
"""The environment variable in which pytest has the id of the test, and what of it runs."""


class Work(NamedTuple):
    """What a test has given to a pool, and the line of the user's that did."""

    function: Callable[..., Any]
    test: str
    place: Place | None

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Do it, as the work of that test."""
        before = _here.test, GIVEN.place
        _here.test, GIVEN.place = self.test, self.place
        try:
            return self.function(*args, **options)
        finally:
            _here.test, GIVEN.place = before


PASSING_ON.add(Work.__call__.__code__)


class _Here(local):
    """In this thread: whose work it does, and whether what it starts is for all tests."""

    test = ""
    is_for_all = False


_here = _Here()
_tests: WeakKeyDictionary[Thread, str] = WeakKeyDictionary()
"""Which test has started a thread."""


def noticing(is_strict: Callable[[], bool]) -> Iterator[Refusing]:
    """What notes whose work a thread does, where a guard is on that refuses (``is_strict``)."""

    def test() -> str:
        if _here.is_for_all:
            return ""
        if is_strict():
            return os.environ.get(PYTEST, "").rpartition(" ")[0] or "an earlier test"
        return test_of_thread()

    yield Thread, "start", partial(_start, test)
    yield ThreadPoolExecutor, "submit", partial(_submit, test)


def test_of_thread() -> str:
    """The guarded test whose work this thread does; empty for the thread of the tests itself."""
    return _here.test or _tests.get(current_thread(), "")


def are_left() -> bool:
    """Whether a thread of a test still runs."""
    # other threads may start some meanwhile: only ``keyrefs`` copies them at once
    started = (each() for each in _tests.keyrefs())
    return any(each is not None and each.is_alive() for each in started)


@contextmanager
def for_all_tests() -> Iterator[None]:
    """What is started in here may go on, such as the server of a fixture for the session."""
    before, _here.is_for_all = _here.is_for_all, True
    try:
        yield
    finally:
        _here.is_for_all = before


def _start(test: Callable[[], str], original: Callable[..., Any]) -> Callable[..., Any]:
    def start(thread: Thread) -> None:
        if started_by := test():
            STARTED[thread] = users_place()
            if is_called_by_user():
                _tests[thread] = started_by
        original(thread)

    return start


def _submit(test: Callable[[], str], original: Callable[..., Any]) -> Callable[..., Any]:
    def submit(pool: Any, function: Any, /, *args: Any, **options: Any) -> Any:
        given_by = test()
        work = Work(function, given_by, users_place()) if given_by else function
        return original(pool, work, *args, **options)

    return submit
