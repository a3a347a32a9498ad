"""What is said of tasks that take longer than a worker lets them."""

from __future__ import annotations


def overran(task: str, is_soft: bool, limit: float, took: float) -> str:
    """A limit that passed while the task waited, and what a worker does then."""
    name, does = (
        ("soft_time_limit", "raises SoftTimeLimitExceeded in it")
        if is_soft
        else ("time_limit", "kills its process: TimeLimitExceeded, state FAILURE")
    )
    return (
        f"{task} took {took:.1f} seconds, and its {name} is {limit:g}: a worker {does}. Here it ran"
        " to its end, for only time.sleep can be cut short."
    )
