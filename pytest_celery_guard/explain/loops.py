"""Why a task can't start an event loop here, and how to run it."""

from __future__ import annotations


def explained(task: str, error: BaseException) -> str:
    """What the task ran into, why a worker has no such trouble, and what to write."""
    told = f"{type(error).__name__}: {error}".rstrip(".")
    return (
        f"{task} starts an event loop, and the thread it runs in has one already: {told}."
        " A worker has none. Run the task in another thread: await celery_guard.adrain(), and read"
        " its result then."
    )
