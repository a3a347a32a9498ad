"""The states a task went through, in the order an AsyncResult would have shown them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_celery_guard.values.circumstances import Circumstances
from pytest_celery_guard.values.log import Transition

PENDING = "PENDING"
READY_STATES = frozenset({"SUCCESS", "FAILURE", "REVOKED"})
"""As celery.states.READY_STATES, which would cost an import of Celery."""

ABORTED = "ABORTED"
"""celery.contrib.abortable stores it whether the task is over or not."""


class StatePath(list[str]):
    """Names of states; equal to a list of the same names.

    ``transitions`` are the log's entries behind them, ``task`` names the task. ``unknown`` tells
    why Celery does not know the id, which it shows as PENDING, too; empty when it knows it.
    ``circumstances`` are those of a real worker.
    """

    circumstances: Circumstances | None = None

    def __init__(
        self,
        states: Iterable[str],
        transitions: Sequence[Transition],
        task: str,
        unknown: str = "",
    ):
        super().__init__(states)
        self.transitions = list(transitions)
        self.task = task
        self.unknown = unknown


FOLLOWS = "follows"
"""Why Celery does not know a task that is to follow another one in a canvas, and was not sent."""


def path_of(transitions: Sequence[Transition], task: str, is_gone: bool) -> StatePath:
    """PENDING, then what was stored, equal neighbours once.

    ``is_gone``: the result has expired since, so that a reader sees PENDING again.
    """
    shown = [each for each in transitions if each.source in {"stored", "dropped"}]
    states = [PENDING]
    kept = [each for each in transitions if each.source == "sent"][:1]
    for each in shown:
        if each.state != states[-1]:
            states.append(each.state)
            kept.append(each)
    if is_gone and states[-1] != PENDING:
        states.append(PENDING)
    return StatePath(states, kept, task, why_unknown(transitions, is_gone))


def why_unknown(transitions: Sequence[Transition], is_gone: bool) -> str:
    """``never sent``, ``not stored``, ``forgotten`` or ``expired``; empty for a known id.

    ``is_gone``: a result was stored, and its time is over.
    """
    if not transitions:
        return "never sent"
    if is_gone:
        return "expired"
    sources = {each.source for each in transitions if each.state in READY_STATES}
    if sources == {"worker"}:
        return "not stored"
    last = [each for each in transitions if each.source in {"stored", "dropped", "sent"}][
        -1:
    ]
    return str(last[0].meta or "forgotten") if last and last[0].source == "dropped" else ""


def last_stored(transitions: Sequence[Transition]) -> str:
    """The state that a reader sees now, PENDING when none is stored."""
    shown = (each for each in reversed(transitions) if each.source in {"stored", "dropped"})
    last = next(shown, None)
    return last.state if last else PENDING


def is_revoked_by_worker(transition: Transition) -> bool:
    """Whether a worker has discarded or ended a task because it was revoked."""
    return (transition.source, transition.state) == ("worker", "REVOKED")


def breaks_order(before: Sequence[Transition], state: str) -> bool:
    """Whether ``state`` can't follow: its task is over and did not run again since.

    REVOKED may follow: Celery itself stores it for a task that is revoked too late.
    """
    last = last_stored(before)
    if last not in READY_STATES or state in {last, "REVOKED", ABORTED}:
        return False
    if (last, state) == ("REVOKED", "FAILURE"):
        return False  # a group that is the body of a failed chord: revoked, then failed
    if last == "REVOKED" and not any(is_revoked_by_worker(each) for each in before):
        return False  # remote control has stored it, and the task was running, or runs all the same
    for each in reversed(before):
        if each.source == "stored":
            return True
        if each.state in {"RECEIVED", "ACCEPTED"}:
            return False
    return True
