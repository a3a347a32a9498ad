"""What Celery's Redis backend does otherwise: chords counted by their parts, and messages.

Source: celery.backends.redis.RedisBackend. It keeps each part of a header as it arrives, so a
part whose result is ignored counts too, and a task can add to its own chord.
"""

from __future__ import annotations

from collections import UserList
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from celery import states
from celery.backends import asynchronous
from celery.canvas import maybe_signature
from celery.exceptions import ChordError
from celery.result import GroupResult, allow_join_result, task_join_will_block

from pytest_celery_guard.backends.results import Backend, Write
from pytest_celery_guard.world.headers import Header

LOST: str | None = getattr(asynchronous, "E_RETRY_LIMIT_EXCEEDED", None)
"""Since Celery 5.6 a subscription that fails ends in a RuntimeError with this text."""

LAST = float("inf")
"""The place of a part that has none."""


class RedisLike(Backend):
    """Stands in for Redis."""

    implements_incr = False  # else Celery counts parts in its own way

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hears: dict[str, Callable[[Any], object]] = {}

    def get(self, key: str) -> Any:
        """The value of a key as bytes, which is how the client of Redis has it; or None."""
        value = super().get(key)
        return value if value is None or isinstance(value, bytes) else str(value).encode()

    def unreachable(self) -> Exception:
        """The error of the Redis client, where that is installed."""
        try:
            from redis.exceptions import ConnectionError as RedisConnectionError
        except ImportError:
            return super().unreachable()
        url = urlsplit(self.app.conf.result_backend)
        where = f"{url.hostname or 'localhost'}:{url.port or 6379}"
        return RedisConnectionError(f"Error 111 connecting to {where}. Connection refused.")

    def on_task_call(self, producer: Any, task_id: str) -> None:
        """Who sends a task listens for its result: in a worker nobody does."""
        if not task_join_will_block():
            self._subscribe()

    def set_chord_size(self, group_id: str, chord_size: int) -> None:
        """Called when a chord is sent: so many parts make it complete."""
        self.world.faults.reach_backend()
        self.world.headers.setdefault(group_id, Header()).size = chord_size

    def add_to_chord(self, chord_id: str, result: Any) -> None:
        """Called by ``task.add_to_chord``: wait for one part more."""
        self.world.faults.reach_backend()
        self.world.headers.setdefault(chord_id, Header()).added += 1

    def apply_chord(self, header_result_args: Any, body: Any, **kwargs: Any) -> None:
        """Keep the shape of a header that has groups inside; others need none."""
        if isinstance(header_result_args[1], UserList):
            return  # made from a generator, which Celery unrolls as it sends
        header = self.app.GroupResult(*header_result_args)
        if any(isinstance(each, GroupResult) for each in header.results):
            header.save(backend=self)

    def on_chord_part_return(
        self, request: Any, state: str, result: Any, propagate: Any = None, **kwargs: Any
    ) -> None:
        """Keep a part, and send the body with all of them once the last one is there."""
        if not request.group or not request.id:
            return
        self.world.faults.reach_backend()
        # The size is told when the last part is sent: others may be done by then.
        header = self.world.headers.setdefault(request.group, Header())
        part = self.encode([1, request.id, state, self.encode_result(result, state)])
        place = request.group_index
        header.parts[part] = LAST if place is None else place
        if header.is_complete():
            del self.world.headers[request.group]
            self._send_body(request, header)

    def wait_for_pending(self, result: Any, *args: Any, **kwargs: Any) -> Any:
        """A blocking read, which can hear of each state that is stored meanwhile."""
        __tracebackhide__ = True
        if not self.world.log.of(result.id):  # who sends a task has subscribed by then
            self._subscribe()
        with self._hearing([result.id], kwargs.pop("on_message", None)):
            return super().wait_for_pending(result, *args, **kwargs)

    def iter_native(self, result: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """The same for several results."""
        ids = [each.id for each in result.results]
        with self._hearing(ids, kwargs.pop("on_message", None)):
            yield from super().iter_native(result, *args, **kwargs)

    def on_stored(self, write: Write, value: Any) -> None:
        """Tell a reader of a state."""
        super().on_stored(write, value)
        hear = self._hears.get(write.task_id)
        if hear is not None:
            hear(self.decode_result(value))

    def _subscribe(self) -> None:
        try:
            self.world.faults.reach_backend()
        except Exception as error:
            if LOST is None:
                raise
            raise RuntimeError(LOST) from error

    def _send_body(self, request: Any, header: Header) -> None:
        body = maybe_signature(request.chord, app=self.app)
        try:
            values = self._joined(request.group, header)
        except ChordError as error:
            self.chord_error_from_stack(body, error)
        except Exception as error:
            self.chord_error_from_stack(body, ChordError(f"Join error: {error!r}"))
        else:
            body.delay(values)

    def _joined(self, group_id: str, header: Header) -> list[Any]:
        nested = GroupResult.restore(group_id, backend=self, app=self.app)
        if nested is None:
            return [self._value_of(part) for part in header.in_order()]
        nested.on_ready()
        with allow_join_result():  # noqa: CEL106 - as Celery itself: all parts are done
            values: list[Any] = nested.join_native(propagate=True)
        return values

    def _value_of(self, part: Any) -> Any:
        _, task_id, state, value = self.decode(part)
        if state in states.EXCEPTION_STATES:
            value = self.exception_to_python(value)
        if state in states.PROPAGATE_STATES:
            raise ChordError(f"Dependency {task_id} raised {value!r}") from value
        return value

    @contextmanager
    def _hearing(
        self, ids: list[str], hear: Callable[[Any], object] | None
    ) -> Iterator[None]:
        before = self._hears
        self._hears = before | dict.fromkeys(ids, hear) if hear else before
        try:
            yield
        finally:
            self._hears = before
