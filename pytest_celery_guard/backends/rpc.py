"""What Celery's rpc:// backend does otherwise: a result is a message to the one who sent the task.

Source: celery.backends.rpc.RPCBackend. The thread that sent a task has its result; all others
see PENDING for ever. A worker's process makes no queue for answers to what its tasks send
(``on_task_call``), though an earlier read there may have made one. Here each request is a thread
of its own. The test itself isn't: it sees all results. What replaces a task (``self.replace``) is
sent by the worker, so its answer never comes to the one who sent the task.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from celery import states
from celery.backends.rpc import E_NO_CHORD_SUPPORT

from pytest_celery_guard.backends.results import Backend
from pytest_celery_guard.watching import places
from pytest_celery_guard.watching.reads import note_here


class ForItsSender:
    """What comes before a backend's own methods: answers of rpc://.

    ``world`` knows who sent what.
    """

    world: Any

    def get_task_meta(self, task_id: str, cache: bool = True) -> Any:
        """A look: PENDING for all but the sender."""
        if self._is_refused(task_id, "pending"):
            return {"status": states.PENDING, "result": None}
        return super().get_task_meta(task_id, cache)  # type: ignore[misc]

    def wait_for(
        self, task_id: str, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """A blocking read: only the sender's ends."""
        __tracebackhide__ = True
        if self._is_refused(task_id, "hang"):
            self._wait_for_ever(task_id, timeout)
        return super().wait_for(task_id, timeout, *args, **kwargs)  # type: ignore[misc]

    def get_many(
        self, task_ids: Iterable[str], timeout: float | None = None, **kwargs: Any
    ) -> Iterator[Any]:
        """A blocking read of several results."""
        __tracebackhide__ = True
        ids = list(task_ids)
        for task_id in ids:
            if self._is_refused(task_id, "hang"):
                self._wait_for_ever(task_id, timeout)
        yield from super().get_many(ids, timeout, **kwargs)  # type: ignore[misc]

    def ensure_chords_allowed(self) -> None:
        """A chord ends here, before anything is sent."""
        __tracebackhide__ = True
        note_here(self.world, "CEL205", "refused")
        raise NotImplementedError(E_NO_CHORD_SUPPORT.strip())

    def save_group(self, group_id: str, result: Any) -> NoReturn:
        """A group can't be kept."""
        self._refuse("save_group")

    def restore_group(self, group_id: str, cache: bool = True) -> NoReturn:
        """Nor found again."""
        self._refuse("restore_group")

    def _refuse(self, name: str) -> NoReturn:
        __tracebackhide__ = True
        note_here(self.world, "CEL204", "refused")
        raise NotImplementedError(f"{name} is not supported by this backend.")

    def _is_refused(self, task_id: str, told: str) -> bool:
        """Whether the answer goes elsewhere, which is noted: in production it never comes."""
        if self._is_for_another(task_id):
            note_here(self.world, "CEL204", told)
            return True
        return self._is_replaced(task_id) and note_here(self.world, "CEL204", told)

    def _is_replaced(self, task_id: str) -> bool:
        """Whether a worker has sent what replaces a task: it gets the answer, too."""
        latest = self.world.latest.get(task_id)
        return latest is not None and bool(latest.headers.get("replaced_task_nesting"))

    def _is_for_another(self, task_id: str) -> bool:
        place = places.here()
        if place is None or place.kind == "coroutine":
            return False
        is_in_worker = place.kind == "task" and self.world.worker.busy
        return is_in_worker or self.world.senders.get(task_id) is not place

    def _wait_for_ever(self, task_id: str, timeout: float | None) -> NoReturn:
        __tracebackhide__ = True
        self.world.worker.run_until(
            lambda: False,
            timeout,
            lambda: (
                f"The answer of task {task_id} went to the thread that sent it, or was lost."
            ),
        )
        raise AssertionError("run_until does not return")


class RpcLike(ForItsSender, Backend):
    """Stands in for rpc://."""
