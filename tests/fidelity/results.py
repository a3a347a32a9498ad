"""The real half's result backend: Redis, with a journal of what is really stored."""

from __future__ import annotations

from celery.backends.redis import RedisBackend

from tests.fidelity import journal


class Backend(RedisBackend):
    """Redis; writes down each state of a task that it stores."""

    def _set_with_state(self, key: str | bytes, value: object, state: str) -> None:
        # store_result() also runs where a stored SUCCESS makes it do nothing; this doesn't.
        super()._set_with_state(key, value, state)
        name = key.decode() if isinstance(key, bytes) else key
        journal.write("stored", name.partition("celery-task-meta-")[2], state)

    def _forget(self, task_id: str) -> None:
        super()._forget(task_id)
        journal.write("stored", task_id, "PENDING")
