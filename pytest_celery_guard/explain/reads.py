"""Why a read of a result can never be answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import ceil

from pytest_celery_guard.values.log import Transition


def why_never(
    task_id: str,
    name: str,
    history: Sequence[Transition],
    waits: float | None,
    unknown: str,
    *,
    is_kept: bool = False,
) -> str:
    """The reason, as far as the log knows it, and what to do instead.

    ``waits`` is the number of virtual seconds until the task's time comes, if it still waits.
    ``unknown`` is why Celery does not know the id, if it doesn't. ``is_kept``: the worker has the
    message, and does nothing with it.
    """
    what = nothing_left(task_id)
    if unknown == "never sent":
        return (
            f"{what}This id was never sent: AsyncResult accepts any id and shows PENDING."
        )
    if waits is not None:
        return not_yet(name, waits)
    if unknown == "forgotten":
        return f"{what}{name} ran, but its result was forgotten."
    if unknown == "expired":
        return f"{what}{name} ran, but its result has expired."
    states = [each.state for each in history]
    if is_kept and states[-1] in {"PENDING", "RECEIVED"}:
        return (
            f"{what}The worker has received {name} and does not run it: the Strategy of its class"
            " keeps the message."
        )
    if "RECEIVED" not in states:
        return f"{what}The message of {name} was purged, or never reached a queue."
    if states[-1] in {"SUCCESS", "FAILURE"} and history[-1].source == "worker":
        return (
            f"{what}{name} ran ({states[-1]}) but stores no result: it has ignore_result=True,"
            " or task_ignore_result is set. Remove that, or don't read its result."
        )
    if states[-1] in {"ACCEPTED", "REJECTED"}:
        return f"{what}{name} {UNSTORED[states[-1]]}."
    return f"{what}{name} went through {', '.join(states)} and stored no result."


UNSTORED = {
    "PENDING": "was never run",
    "RECEIVED": "was received and never run",
    "ACCEPTED": "ran and stored no result, as after Ignore or an error of the worker",
    "REJECTED": "was rejected",
    "FAILURE": "failed",
    "REVOKED": "was revoked",
    "RETRY": "waits for its retry",
}
"""What became of a task that has sent nothing after it, by the last of its states."""


def nothing_left(task_id: str) -> str:
    """What each of these reasons explains."""
    return (
        f"The result of task {task_id} will never be available: nothing is left to run.\n"
    )


def never_sent(task_id: str, name: str, before: str, states: Sequence[str]) -> str:
    """A task that was to follow another one in a canvas."""
    last = states[-1] if states else "PENDING"
    why = UNSTORED.get(last, f"ended in {last}")
    return (
        f"{nothing_left(task_id)}{name} was never sent: it follows {before}, which {why}."
    )


def not_run(task_id: str, name: str) -> str:
    """A message that a Strategy of the task's own has taken, and given back or dropped."""
    return (
        f"{nothing_left(task_id)}"
        f"The worker has received {name} and did not run it: the Strategy of its class has"
        " rejected or acknowledged the message."
    )


def elsewhere(name: str) -> str:
    """What to do where another service would answer."""
    return (
        f"{name} is a task of another service (option external), which does not run here."
        f" To have a result, write celery_guard.stub({name!r}, returns=...)."
    )


def elsewhere_before(task_id: str, name: str) -> str:
    """What to do where a task of another service would have sent it."""
    return (
        f"The result of task {task_id} will never be available: it follows {name}.\n"
        f"{elsewhere(name)}"
    )


def lost(task_id: str, name: str, why: str) -> str:
    """A message that was sent, and that no worker got or could read."""
    return (
        f"The result of task {task_id} will never be available: {name} was sent, but {why}"
    )


def lost_before(task_id: str, name: str, why: str) -> str:
    """A task that another one would have sent, which no worker got or could read."""
    return (
        f"The result of task {task_id} will never be available: it follows {name}, which was"
        f" sent, but {why}"
    )


def not_yet(name: str, waits: float) -> str:
    """The way to the moment that a task waits for."""
    seconds = ceil(waits)
    return (
        f"{name} waits for its time, which comes in {timedelta(seconds=seconds)}."
        f" Skip it with celery_guard.advance(seconds={seconds})."
    )
