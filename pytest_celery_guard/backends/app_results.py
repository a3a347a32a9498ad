"""Results in the app's own tables: django-celery-results has its rows, as in production."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery.app import backends

from pytest_celery_guard.errors import WrongForAppError

PACKAGE = "django_celery_results"

DJANGOS = f"{PACKAGE}.backends.database"
"""The module of the backend whose database is that of the test."""

NOT_ALLOWED = (RuntimeError, AssertionError)
"""What pytest-django and Django's SimpleTestCase raise for a query that the test may not make."""


class AppResults:
    """Writes results through the app's own backend, if that is the database of Django.

    ``must``: a test that can't is an error; else it goes without.
    """

    def __init__(self, app: Any, *, must: bool) -> None:
        self._app = app
        self._must = must
        self._backends: dict[str, Any] = {}
        self._groups: set[str] = set()
        if must and self._backend is None:
            raise WrongForAppError(
                "store",
                "app",
                f"celery_guard's option store is 'app', and the result backend of {app.main!r} is"
                f" {self._configured!r}: only that of django-celery-results, 'django-db', is a"
                " database of the test.",
            )

    def store(self, task_id: str, result: Any, state: str, **more: Any) -> None:
        """Write what was stored; ``more`` are the traceback and the request."""
        if (backend := self._backend) is not None:
            with self._if_allowed():
                backend.store_result(task_id, result, state, **more)

    def forget(self, task_id: str) -> None:
        """Drop a result."""
        if (backend := self._backend) is not None:
            with self._if_allowed():
                backend.forget(task_id)

    def save_group(self, group_id: str, group: Any) -> None:
        """Write which results a group has."""
        if (backend := self._backend) is not None:
            with self._if_allowed():
                backend.save_group(group_id, group)
                self._groups.add(group_id)

    def delete_group(self, group_id: str) -> None:
        """Drop a group; one that has no row would be an error."""
        if (backend := self._backend) is not None and group_id in self._groups:
            with self._if_allowed():
                backend.delete_group(group_id)

    @property
    def _configured(self) -> str:
        return str(self._app.backend_cls or self._app.conf.result_backend)

    @property
    def _backend(self) -> Any:
        """The app's own backend as it is configured now; None for one that is elsewhere."""
        if not self._must and PACKAGE not in sys.modules:  # costs less than a setting
            return None
        name = self._configured
        if name not in self._backends:
            self._backends[name] = own_backend(self._app)
        return self._backends[name]

    @contextmanager
    def _if_allowed(self) -> Iterator[None]:
        if self._must:
            yield
            return
        from django.db.transaction import TransactionManagementError

        try:
            yield
        except (*NOT_ALLOWED, TransactionManagementError):
            pass  # the test has no database, or a task has broken its transaction


def own_backend(app: Any) -> Any:
    """A backend of django-celery-results; None where the app has another one."""
    kind, url = kind_of(app)
    if not any(each.__module__ == DJANGOS for each in getattr(kind, "__mro__", ())):
        return None

    class Allowed(kind):  # type: ignore[misc,valid-type] # what is ours is not refused
        """The app's own backend."""

    return Allowed(app=app, url=url)


def kind_of(app: Any) -> tuple[Any, Any]:
    """The class of the app's own backend, and its URL; None where there can be none of Django."""
    configured = app.backend_cls or app.conf.result_backend
    if not isinstance(configured, str):
        return configured, None
    if "django" not in configured and PACKAGE not in sys.modules:
        return None, None
    try:
        found: tuple[Any, Any] = backends.by_url(configured, app.loader)
    except Exception:  # it can't be imported, as with production's own error for each read
        return None, None
    return found
