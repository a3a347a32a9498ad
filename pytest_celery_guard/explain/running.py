"""What is said of tasks that run beside an event loop, without end or for too long."""

from __future__ import annotations


def explained(task: str, error: BaseException) -> str:
    """What the task ran into, why a worker has no such trouble, and what to write."""
    told = f"{type(error).__name__}: {error}".rstrip(".")
    return (
        f"{task} can't run in a thread that runs an event loop: {told}. A worker runs no"
        " event loop. Write await celery_guard.adrain() to run the task in another"
        " thread, then read its result."
    )


def loop_waits(seconds: float) -> str:
    """Why the loop stops waiting for another thread."""
    return (
        f"The event loop waited {seconds} seconds for a task in another thread, and the task"
        " may be waiting for the loop. Await the call that runs it, such as adrain(),"
        " before you call drain() or read a result."
    )


def circle(names: tuple[str, ...], times: int, limit: int) -> str:
    """Which tasks send each other without end, and what to write if it is not without end."""
    again = "sends or retries itself" if len(names) == 1 else "send each other"
    each = "it" if len(names) == 1 else "each of them"
    return (
        f"{' and '.join((', '.join(names[:-1]), names[-1]) if names[1:] else names)} {again}"
        f" without end: {each} ran {times} times with the same arguments without time"
        f" passing. If this is intended, write drain(limit={limit})."
    )


def overran(task: str, is_soft: bool, limit: float, took: float, *, are_real: bool) -> str:
    """A limit that passed while the task waited, and what a worker does then.

    ``are_real``: a signal was to interrupt it, which reaches the main thread alone.
    """
    name, does = (
        ("soft_time_limit", "raises SoftTimeLimitExceeded in it")
        if is_soft
        else ("time_limit", "kills its process: TimeLimitExceeded, state FAILURE")
    )
    why = (
        "nothing could interrupt it"
        if are_real
        else "outside of the main thread only time.sleep can be interrupted"
    )
    return (
        f"{task} took {took:.1f} seconds, and its {name} is {limit:g}: a worker {does}."
        f" Here it ran to the end, because {why}."
    )
