"""Redis as the result backend of both processes: the worker's tells, the test's asks."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Protocol

from celery import states
from celery.app.backends import by_url
from celery.backends.base import SyncBackendMixin
from celery.backends.redis import RedisBackend, SentinelBackend

from pytest_celery_guard.backends.no_results import NoBackend
from pytest_celery_guard.backends.rpc import ForItsSender
from pytest_celery_guard.backends.stand_ins import (
    NO_BACKEND,
    RPC,
    scheme_of,
)
from pytest_celery_guard.real_worker.processes.journal import Journal
from pytest_celery_guard.watching import looks, places
from pytest_celery_guard.watching.looks import Polled

POLL = 0.02
"""Seconds between two looks at a result that is waited for."""


def backend_of(app: Any, url: str, mixin: type, **attributes: Any) -> Any:
    """A backend of the app's own class if it keeps results in Redis, else of Celery's.

    An app without a result backend gets none.
    """
    configured = app.backend_cls or app.conf.result_backend
    if isinstance(configured, str | None) and configured in NO_BACKEND:
        return NoBackend(app)
    base = by_url(configured, app.loader)[0] if isinstance(configured, str) else configured
    if not issubclass(base, RedisBackend) or issubclass(base, SentinelBackend):
        base = RedisBackend
    bases: tuple[type, ...] = (mixin, base)
    if mixin is Asking and scheme_of(configured) == RPC:
        bases = (ForItsSender, *bases)
    backend = type(base.__name__, bases, attributes)(app=app, url=url)
    backend.thread_safe = True  # the app then keeps one instance for all threads
    return backend


class Telling:
    """Writes each state that a reader can see from now on into the journal."""

    journal: Journal
    _task_id: str | None = None
    _state = ""

    def store_result(
        self, task_id: str, result: Any, state: str, *args: Any, **kwargs: Any
    ) -> Any:
        """As Celery does; a write that it ignores, since SUCCESS is final, is not told."""
        outer = self._task_id, self._state
        self._task_id, self._state = task_id, state
        try:
            return super().store_result(task_id, result, state, *args, **kwargs)  # type: ignore[misc]
        finally:
            self._task_id, self._state = outer

    def set(self, key: str, value: Any, **policy: Any) -> Any:
        """Store a value."""
        stored = super().set(key, value, **policy)  # type: ignore[misc]
        task_id = self._task_id
        if task_id is not None and key == self.get_key_for_task(task_id):  # type: ignore[attr-defined]
            text = value.encode() if isinstance(value, str) else value
            meta = base64.b64encode(text).decode()
            self.journal.write("stored", task_id, state=self._state, meta=meta)
        return stored


class ReadsOfATest(Protocol):
    """What becomes of a test's reads."""

    def look(self, task_id: str, is_ready: bool) -> None:
        """Called after a look at a task's state."""

    def let_run(self, ids: list[str], timeout: float | None) -> None:
        """Called before a blocking read: lets the worker run until these tasks are done."""

    def why_never(self, task_id: str) -> str:
        """Why a result can't come."""


class Asking(Telling, SyncBackendMixin):
    """The test's side: a read lets the worker run, and looks at the key instead of listening.

    Not Celery's own way, a subscription: before Celery 5.7 a result that Python's collector finds
    amid a call of the Redis client calls that client too, and waits for itself.
    ``world`` is told of misuse.
    """

    reads: ReadsOfATest
    world: Polled

    def on_task_call(self, producer: Any, task_id: str) -> None:
        """Subscribe to nothing."""

    def get_task_meta(self, task_id: str, cache: bool = True) -> Any:
        """Read as a fresh process does: no cache outlives the result."""
        __tracebackhide__ = True
        meta = super().get_task_meta(task_id, cache=False)
        is_ready = meta["status"] in states.READY_STATES
        why_never = partial(self.reads.why_never, task_id)
        if not is_ready and looks.is_polled(self.world, task_id, why_never):
            meta = super().get_task_meta(task_id, cache=False)
            is_ready = meta["status"] in states.READY_STATES
        if is_ready:
            places.note_finished(task_id)
        self.reads.look(task_id, is_ready)
        return meta

    def is_ready(self, task_id: str) -> bool:
        """Whether a result is there; this is no look of the test's."""
        meta = super().get_task_meta(task_id, cache=False)
        return meta["status"] in states.READY_STATES

    def forget(self, task_id: str) -> None:
        """Drop a result."""
        super().forget(task_id)
        self.journal.write("dropped", task_id)

    def wait_for(
        self, task_id: str, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """A blocking read of one result."""
        __tracebackhide__ = True
        looks.is_ignored(self.world, [task_id], "hang")
        self.reads.let_run([task_id], timeout)
        return self.get_task_meta(task_id)

    def get_many(
        self, task_ids: Iterable[str], timeout: float | None = None, **kwargs: Any
    ) -> Iterator[Any]:
        """A blocking read of several results."""
        __tracebackhide__ = True
        ids = list(task_ids)
        looks.is_ignored(self.world, ids, "hang")
        self.reads.let_run(ids, timeout)
        kwargs["interval"] = POLL
        yield from super().get_many(set(ids), timeout=timeout, **kwargs)
