"""A command to the workers of another app: ``inspect()`` and all else of ``app.control``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from celery.app.control import Control

from pytest_celery_guard.explain import refusals
from pytest_celery_guard.refusals.guarded import Around, is_local, of, refuse
from pytest_celery_guard.refusals.methods import Refusing
from pytest_celery_guard.refusals.sends import broker_of


class Command(NamedTuple):
    """One that is sent through an app, such as ``active`` or ``revoke``."""

    name: str
    app: Any

    def is_local(self) -> bool:
        """Whether the broker is in this process."""
        return is_local(broker_of(self.app))

    def by_guard(self, place: str, guarded: str) -> str:
        """Another app than the guarded ones."""
        what, broker = f"The command {self.name!r} for workers", broker_of(self.app)
        return refusals.send(place, what, self.app.main, broker, guarded)

    def around(self, place: str, around: Around) -> str:
        """Fixtures may look whether a worker is there."""
        return ""


def refusing() -> Iterator[Refusing]:
    """What refuses to send one."""
    yield Control, "broadcast", _broadcast


def _broadcast(original: Callable[..., Any]) -> Callable[..., Any]:
    def broadcast(control: Any, command: str, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        if of(control.app) is None:
            refuse(Command(command, control.app))
        return original(control, command, *args, **options)

    return broadcast
