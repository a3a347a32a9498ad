"""A worker or a beat that runs in the test: it would go on for ever, and the guard has its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from celery import Celery
from celery.beat import Service
from celery.worker import WorkController

from pytest_celery_guard.explain import refusals
from pytest_celery_guard.refusals.guarded import Around, of, refuse, refuse_for
from pytest_celery_guard.refusals.methods import Refusing

FIXTURES = "celery.contrib.testing."
"""Where the worker is from that fixtures of Celery's run in a thread."""


class Start(NamedTuple):
    """A program of Celery's that is to run in this process, for an app."""

    program: str
    app: Any

    def is_local(self) -> bool:
        """It is no matter where its broker is."""
        return False

    def by_guard(self, place: str, guarded: str) -> str:
        """One of another app than the guarded ones."""
        return refusals.start(place, self.program, self.app.main, guarded)

    def around(self, place: str, around: Around) -> str:
        """Fixtures may start one."""
        return ""


def refusing() -> Iterator[Refusing]:
    """What refuses to start a program of Celery's."""
    yield Celery, "worker_main", partial(_start, "worker")
    # A worker changes this process before it starts: later reads would be refused, for one.
    yield WorkController, "__init__", partial(_start, "worker")
    yield Service, "start", partial(_start, "beat")


def _start(program: str, original: Callable[..., Any]) -> Callable[..., Any]:
    def start(owner: Any, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        app = owner if isinstance(owner, Celery) else options.get("app") or owner.app
        if not type(owner).__module__.startswith(FIXTURES):
            if guarded := of(app):
                refuse_for(guarded, partial(refusals.start_of_guarded, program, app.main))
            refuse(Start(program, app))
        return original(owner, *args, **options)

    return start
