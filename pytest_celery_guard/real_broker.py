"""No test reaches a real broker or result backend while the guard is on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, NoReturn

from celery.app import backends
from kombu import Connection

from pytest_celery_guard import private
from pytest_celery_guard.callers import users_line
from pytest_celery_guard.errors import RealBrokerError
from pytest_celery_guard.restoring import Shared, swap_all

IN_PROCESS = frozenset({"memory", "cache+memory", "disabled", "filesystem", "file"})
"""Schemes that reach nothing outside this machine."""


def refuse_real_brokers(undo: ExitStack, note: Callable[[str], object]) -> None:
    """Raise RealBrokerError where another app or connection would leave the test.

    ``note`` gets the text too, since code under test may swallow the error.
    """
    _notes.join(undo, note)


def _refuse_all(undo: ExitStack) -> None:
    connect = getattr(Connection, private.CONNECT)
    by_url = backends.by_url

    def guarded_connect(connection: Any) -> Any:
        __tracebackhide__ = True
        kind = connection.get_transport_cls()
        if not (is_ours(kind) or kind.driver_type in {"memory", "filesystem"}):
            _refuse("broker", connection.as_uri())
        return connect(connection)

    def guarded_by_url(backend: Any = None, loader: Any = None) -> Any:
        __tracebackhide__ = True
        scheme = str(backend or "disabled").partition("://")[0]
        if isinstance(backend, str) and scheme not in IN_PROCESS:
            _refuse("result backend", backend)
        return by_url(backend, loader)

    changes = (
        (Connection, private.CONNECT, guarded_connect),
        (backends, "by_url", guarded_by_url),
    )
    swap_all(undo, changes)


_notes = Shared[Callable[[str], object]](_refuse_all)
"""One for each guard that is on."""


def is_ours(transport: type) -> bool:
    """Whether a class is one of the guard's own transports."""
    return transport.__module__.startswith("pytest_celery_guard.")


def _refuse(what: str, url: str) -> NoReturn:
    __tracebackhide__ = True
    text = (
        f"{users_line()} tried to reach a real {what}, {url}, while celery_guard is on."
        " It goes through an app that the guard does not stand in for: most often because the"
        " app module is not imported when a shared_task is used, or because there are two apps."
        " Import the app, name it with celery_guard_app, or mark the test with"
        " @pytest.mark.celery_guard(allow_broker=True)."
    )
    _notes.members[-1](text)
    raise RealBrokerError(text)
