"""Which apps came with a test, and go with it: those that its own fixtures make.

Celery knows all apps that are alive. One that a factory has made for an earlier test may still be
among them, and Celery gives each later app the tasks that the factory has defined.
"""

from __future__ import annotations

from typing import Any
from weakref import ReferenceType, WeakSet

from pytest_celery_guard.app.local_tasks import finalizes_local_task
from pytest_celery_guard.private import celery as private

_before: set[ReferenceType[Any]] = set()
"""Those that were there before the test's own fixtures."""

_of_tests: WeakSet[Any] = WeakSet()
"""Those that fixtures of earlier tests have made."""

_finalizers: set[Any] = set()
"""What later apps would have got before the test's own fixtures."""

_is_known = False


def begin() -> None:
    """All that is there now was not made by the test that begins."""
    global _is_known, _before, _finalizers
    _is_known = True
    _before = private.references_to_apps()
    _finalizers = private.finalizers()


def end() -> list[Any]:
    """The test is over: what it has made is of no use to others. Returns that."""
    global _is_known
    made = made_by_fixtures()
    if made:
        _of_tests.update(made)
        private.drop_finalizers(_finalizers, finalizes_local_task)
    _is_known = False
    return made


def made_by_fixtures() -> list[Any]:
    """The apps that the test's own fixtures have made."""
    return _users(private.references_to_apps() - _before) if _is_known else []


def lasting() -> list[Any]:
    """The apps that are not of one test only; all, if there is no other."""
    alive = _users(private.references_to_apps())
    return [app for app in alive if app not in _of_tests] or alive


def is_any_lasting() -> bool:
    """Whether there is an app that is not of one test only."""
    return any(app not in _of_tests for app in _users(private.references_to_apps()))


def _users(references: set[ReferenceType[Any]]) -> list[Any]:
    alive = private.apps_behind(references) if references else []
    return [app for app in alive if not private.is_fallback(app)]
