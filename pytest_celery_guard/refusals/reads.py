"""A read, or a write, of a result in a backend that the guard does not stand in for.

Most often it belongs to another app. It may be the guarded app's own, too: a result that was
sent before the guard was on keeps the backend that it was made with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from celery.backends.asynchronous import AsyncBackendMixin
from celery.backends.base import (
    Backend,
    BaseKeyValueStoreBackend,
    DisabledBackend,
    SyncBackendMixin,
)
from celery.backends.rpc import RPCBackend

from pytest_celery_guard.explain import refusals
from pytest_celery_guard.refusals import earlier
from pytest_celery_guard.refusals.guarded import Around, is_local, is_ours, of, refuse
from pytest_celery_guard.refusals.methods import Refusing
from pytest_celery_guard.refusals.sends import broker_of

METHODS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (Backend, ("get_task_meta", "get_group_meta", "store_result", "forget")),
    (Backend, ("save_group", "delete_group")),
    (
        SyncBackendMixin,
        ("add_pending_result", "wait_for_pending", "wait_for", "iter_native"),
    ),
    (AsyncBackendMixin, ("add_pending_result", "wait_for_pending", "iter_native")),
    (BaseKeyValueStoreBackend, ("get_many",)),
    (RPCBackend, ("get_task_meta", "poll", "store_result")),
)
"""All ways from a result, or from ``app.backend``, to what a backend keeps."""

WRITES = frozenset({"store_result", "forget", "save_group", "delete_group"})


class Read(NamedTuple):
    """A backend, and what is asked of it: a result, or an id."""

    backend: Any
    what: Any
    is_write: bool = False

    def is_local(self) -> bool:
        """Whether results are kept in this process."""
        uri = self.backend.as_uri()
        return is_local(broker_of(self.backend.app) if uri.startswith("rpc:") else uri)

    def by_guard(self, place: str, guarded: str) -> str:
        """Another app's result, one of a backend of the test's own, or one that is too early."""
        app = self.backend.app
        own = of(app)
        if own is None:
            return refusals.read(place, self._id(), self._name(), app.main, guarded)
        if app.backend is self.backend:
            return refusals.read_of_replaced(place, self._id(), self._name(), app.main)
        if self.is_write:
            return refusals.write(place, self._id(), self._name(), app.main)
        sent_at = earlier.place_of(self._id())
        return refusals.read_of_before(place, self._id(), sent_at, own.broker)

    def around(self, place: str, around: Around) -> str:
        """Too early, or too late."""
        what = f"The result of task {self._id()} was not read: {place} asks {self._name()}"
        return refusals.around(what, around.where, around.remedy)

    def _name(self) -> str:
        kind = type(self.backend)  # one that is named by its class has no URL
        return str(self.backend.as_uri() or f"{kind.__module__}.{kind.__qualname__}")

    def _id(self) -> str:
        return str(getattr(self.what, "id", self.what))


def refusing() -> Iterator[Refusing]:
    """What refuses to reach a result backend outside the test."""
    for owner, methods in METHODS:
        for name in methods:
            yield owner, name, _reach


def _reach(original: Callable[..., Any]) -> Callable[..., Any]:
    def reach(backend: Any, what: Any, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        if not (is_ours(type(backend)) or isinstance(backend, DisabledBackend)):
            refuse(Read(backend, what, original.__name__ in WRITES))
        return original(backend, what, *args, **options)

    return reach
