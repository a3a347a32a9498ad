"""How states and sends came to be in a real worker: unasked, or with other things around."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from pytest_celery_guard.explain import real_worker
from pytest_celery_guard.real_worker.observed import Observed
from pytest_celery_guard.sends.send import Send
from pytest_celery_guard.values.log import Transition

ChangedHere = Callable[[], str]
"""Names what this process has otherwise than the worker's; empty when nothing is known."""


class OfStates:
    """Of the states of one task."""

    def __init__(
        self, observed: Observed, transitions: Sequence[Transition], changed: ChangedHere
    ) -> None:
        self._observed = observed
        self._transitions = transitions
        self._changed = changed

    def why_more(self, at: int) -> str:
        """A state that no drain has asked for."""
        if at >= len(self._transitions):
            return ""
        found = self._transitions[at]
        return why_unasked(self._observed, found.task_id, found.at)

    def why_other(self) -> str:
        """What the run of this task could not see."""
        told = (self._observed.log.of(each.task_id) for each in self._transitions[:1])
        has_run = any(each.state == "ACCEPTED" for log in told for each in log)
        return why_elsewhere(has_run, self._changed)


class OfSends:
    """Of the sends of a test."""

    def __init__(
        self, observed: Observed, sends: Sequence[Send], changed: ChangedHere
    ) -> None:
        self._observed = observed
        self._sends = sends
        self._changed = changed

    def why_more(self, at: int) -> str:
        """A send of a task that no drain has asked for."""
        sender = self._sends[at].headers.get("parent_id")
        return why_unasked(self._observed, sender, self._sends[at].at) if sender else ""

    def why_other(self) -> str:
        """What the tasks that ran could not see."""
        return why_elsewhere(self._observed.ran > 0, self._changed)


def why_unasked(observed: Observed, task_id: str, at: datetime) -> str:
    """Why a task did something that the test did not ask for."""
    if observed.was_asked_for(task_id, at):
        return ""
    return real_worker.IN_ITS_TIME if observed.waited(task_id) else real_worker.AHEAD


def why_elsewhere(has_run: bool, changed: ChangedHere) -> str:
    """What the worker's process has otherwise."""
    what = changed() if has_run else ""
    return real_worker.elsewhere(what) if what else ""
