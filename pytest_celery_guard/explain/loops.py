"""Why a task can't run beside an event loop, and how to run it."""

from __future__ import annotations


def explained(task: str, error: BaseException) -> str:
    """What the task ran into, why a worker has no such trouble, and what to write."""
    told = f"{type(error).__name__}: {error}".rstrip(".")
    return (
        f"{task} can't run in a thread that runs an event loop: {told}. A worker runs none. Write"
        " await celery_guard.adrain() to run the task in another thread, then read its result."
    )


def loop_waits(seconds: float) -> str:
    """Why the loop stops waiting for another thread."""
    return (
        f"The event loop waited {seconds} seconds for a task that another thread runs, and the"
        " task may be waiting for the loop. Await what runs it, an adrain() for one, before you"
        " call drain() or read a result."
    )
