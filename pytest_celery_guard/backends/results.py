"""A result backend inside the test: Celery's own key-value backend over the world's store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from celery import current_app, states
from celery.backends.base import KeyValueStoreBackend

from pytest_celery_guard.errors import WouldBlockForeverError
from pytest_celery_guard.explain import refusals
from pytest_celery_guard.refusals import earlier
from pytest_celery_guard.watching import looks, places
from pytest_celery_guard.world import story
from pytest_celery_guard.world.played import refused
from pytest_celery_guard.world.world import World

FOR_EVER = (
    "The result backend stays down, and result_backend_always_retry retries forever:"
    " in production this hangs. Set result_backend_max_retries, or limit the failure with"
    " celery_guard.backend_down(times=...)."
)


def backend_of_current_app() -> Any:
    """As celery.backends.base.unpickle_backend finds the app of a backend."""
    return current_app.backend


class Write(NamedTuple):
    """A write that is under way: what the log wants to know of it."""

    task_id: str
    state: str
    result: object
    traceback: str | None
    request: Any = None


class Backend(KeyValueStoreBackend):
    """Stores as Redis does, logs each write that counts, and never makes a reader wait."""

    implements_incr = supports_native_join = supports_autoexpire = True
    apply_chord: Any

    def __init__(self, app: Any, world: World, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self.world = world
        self.thread_safe = True  # the app then keeps one instance for all threads
        self.client = self  # Celery 5.3 calls client.delete when a chord is done
        self._write: Write | None = None
        self._is_sending_chord = False
        if self.implements_incr:
            self._begin_chord, self.apply_chord = self.apply_chord, self._keep_header

    def __reduce__(self, args: Any = (), kwargs: Any = None) -> Any:
        """A result that is copied or pickled keeps its backend: that of the guard's app.

        Django copies what ``setUpTestData`` leaves on the class, for each test.
        """
        return backend_of_current_app, ()

    def get(self, key: str) -> Any:
        """The value of a key, or None."""
        self.world.faults.reach_backend()
        return self.world.store.get(key)

    def mget(self, keys: Iterable[str]) -> list[Any]:
        """The values of several keys."""
        return [self.get(key) for key in keys]

    def set(self, key: str, value: Any) -> None:
        """Store a value for as long as results live, and log the state it stands for."""
        self.world.faults.reach_backend()
        self.world.store.set(key, value, self.expires)
        write = self._write
        if write is not None and key == self.get_key_for_task(write.task_id):
            self.on_stored(write, value)

    def unreachable(self) -> Exception:
        """What code meets where no result backend listens."""
        return refused()

    def exception_safe_to_retry(self, exc: BaseException) -> bool:
        """Whether ``result_backend_always_retry`` tries again: where the backend is down."""
        return self.world.faults.caused(exc)

    def _sleep(self, amount: float) -> None:
        self.world.clock.skip_to(self.world.clock.now() + amount)
        if self.world.faults.is_hopeless():
            raise WouldBlockForeverError(FOR_EVER)

    def on_stored(self, write: Write, value: Any) -> None:
        """Log a state that a reader can see from now on."""
        self.world.record(
            write.task_id, write.state, "stored", write.result, write.traceback
        )
        if self.world.app_results is not None:
            task_id, state, result, traceback, request = write
            self.world.app_results.store(
                task_id, result, state, traceback=traceback, request=request
            )

    def delete(self, key: str) -> None:
        """Drop a key."""
        self.world.faults.reach_backend()
        self.world.store.delete(key)

    def incr(self, key: str) -> int:
        """Count one part of a chord."""
        self.world.faults.reach_backend()
        return self.world.store.increase(key)

    def expire(self, key: str, value: float) -> None:
        """Give a key so many virtual seconds to live."""
        self.world.faults.reach_backend()
        self.world.store.expire(key, value)

    def store_result(
        self,
        task_id: str,
        result: Any,
        state: str,
        traceback: str | None = None,
        request: Any = None,
        **kwargs: Any,
    ) -> Any:
        """As Celery does; a write that Celery ignores, since SUCCESS is final, is not logged."""
        outer, self._write = (
            self._write,
            Write(task_id, state, result, traceback, request),
        )
        self.world.check_order(task_id, state)
        try:
            return super().store_result(
                task_id, result, state, traceback=traceback, request=request, **kwargs
            )
        finally:
            self._write = outer

    def forget(self, task_id: str) -> None:
        """Drop a result: it is as unknown as an id that never was."""
        super().forget(task_id)
        if self.world.app_results is not None:
            self.world.app_results.forget(task_id)
        self.world.record(task_id, states.PENDING, "dropped", "forgotten")

    def save_group(self, group_id: str, result: Any) -> Any:
        """Keep which results a group has."""
        saved = super().save_group(group_id, result)
        if self.world.app_results is not None and not self._is_sending_chord:
            self.world.app_results.save_group(group_id, result)
        return saved

    def _keep_header(self, *args: Any, **kwargs: Any) -> Any:
        """A chord is sent; where results have rows, its header has none of a group."""
        self._is_sending_chord = True
        try:
            return self._begin_chord(*args, **kwargs)
        finally:
            self._is_sending_chord = False

    def delete_group(self, group_id: str) -> Any:
        """Drop a group."""
        if self.world.app_results is not None:
            self.world.app_results.delete_group(group_id)
        return super().delete_group(group_id)

    def get_task_meta(self, task_id: str, cache: bool = True) -> Any:
        """Read as a fresh process does: no cache outlives the result."""
        __tracebackhide__ = True
        meta = super().get_task_meta(task_id, cache=False)
        is_ready = meta["status"] in states.READY_STATES
        if not is_ready and looks.is_polled(self.world, task_id, self._why_never(task_id)):
            meta = super().get_task_meta(task_id, cache=False)
            is_ready = meta["status"] in states.READY_STATES
        if is_ready:
            places.note_finished(task_id)
        self.world.looked_at(task_id, is_ready)
        return meta

    def is_cached(self, task_id: str) -> bool:
        """Whether a read has seen the result: Celery names the failed part of a chord by it."""
        return self._is_ready(task_id)

    def get_group_meta(self, group_id: str, cache: bool = True) -> Any:
        """Read as a fresh process does."""
        return super().get_group_meta(group_id, cache=False)

    def wait_for(
        self,
        task_id: str,
        timeout: float | None = None,
        interval: float = 0.5,
        no_ack: bool = True,
        on_interval: Callable[[], object] | None = None,
    ) -> Any:
        """A blocking read: run the worker, and skip virtual time, until the result is there."""
        __tracebackhide__ = True
        looks.is_ignored(self.world, [task_id], "hang")
        self.world.worker.run_until(
            lambda: self._is_ready(task_id),
            timeout,
            self._why_never(task_id),
            on_interval,
        )
        return self.get_task_meta(task_id)

    def get_many(
        self, task_ids: Iterable[str], timeout: float | None = None, **kwargs: Any
    ) -> Iterator[Any]:
        """A blocking read of several results."""
        __tracebackhide__ = True
        ids = list(task_ids)
        looks.is_ignored(self.world, ids, "hang")
        if kwargs.get("max_iterations") is None:
            self.world.worker.run_until(
                lambda: all(map(self._is_ready, ids)),
                timeout,
                lambda: self._first_missing(ids),
            )
        for each in ids:
            self.world.looked_at(each, is_ready=True)
        kwargs["interval"] = 0  # before 5.7 it sleeps one interval even if all are ready
        yield from super().get_many(set(ids), timeout=timeout, **kwargs)

    def _is_ready(self, task_id: str) -> bool:
        return super().get_task_meta(task_id, cache=False)["status"] in states.READY_STATES

    def _why_never(self, task_id: str) -> Callable[[], str]:
        return lambda: self._reason(task_id)

    def _reason(self, task_id: str) -> str:
        is_unknown = not self.world.log.of(task_id)
        if is_unknown and (place := earlier.place_of(task_id)):
            return refusals.sent_before(task_id, place, self.world.real_broker)
        if is_unknown and earlier.is_of_another_test(task_id):
            return refusals.sent_in_another_test(task_id)
        return story.why_never(self.world, task_id)

    def _first_missing(self, ids: list[str]) -> str:
        return self._reason(next(each for each in ids if not self._is_ready(each)))
