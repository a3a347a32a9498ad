"""How many tasks ran, and how their runs ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pytest_celery_guard.values.log import Transition

BEGINNINGS = frozenset({"RECEIVED", "ACCEPTED"})


class Ran(int):
    """The number of tasks that ran, which also knows how their runs ended.

    ``succeeded``, ``failed``, ``retried`` and ``revoked`` are numbers of runs: a task that is
    retried and then succeeds counts in two of them.
    """

    succeeded: int
    failed: int
    retried: int
    revoked: int

    def __new__(cls, ran: int, transitions: Iterable[Transition] = ()) -> Ran:
        """Count the ends among what has happened meanwhile."""
        self = super().__new__(cls, ran)
        ends = Counter(ends_of(transitions))
        self.succeeded, self.failed = ends["SUCCESS"], ends["FAILURE"]
        self.retried, self.revoked = ends["RETRY"], ends["REVOKED"]
        return self

    def __repr__(self) -> str:
        counts = {name: count for name, count in vars(self).items() if count}
        told = ", ".join(f"{count} {name}" for name, count in counts.items())
        return f"{int(self)} ({told})" if told else str(self)

    __str__ = int.__repr__


def ends_of(transitions: Iterable[Transition]) -> Iterable[str]:
    """The state in which each run ended, as the worker tells it.

    Of a run that it reports twice, as one past its time limit, the first report counts.
    """
    ended: dict[str, str] = {}
    for each in transitions:
        if each.source != "worker":
            continue
        if each.state in BEGINNINGS:
            ended.pop(each.task_id, None)
        elif each.task_id not in ended or is_of_retry(ended[each.task_id], each.state):
            ended[each.task_id] = each.state
            yield each.state


def is_of_retry(before: str, state: str) -> bool:
    """Whether it is the retry that ends: one that has expired is revoked before it is received."""
    return (before, state) == ("RETRY", "REVOKED")
