"""How many tasks ran, and how their runs ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pytest_celery_guard.values.log import Transition

BEGINNINGS = frozenset({"RECEIVED", "ACCEPTED"})


class Failed(int):
    """How many runs failed. A test that expects some by this number has checked these failures.

    It does with a comparison that holds, such as ``== 2`` or ``> 0``, and by asking whether there
    are any; ``>= 0`` expects none. ``seen`` gets the ``ids`` of the tasks then.
    """

    _ids: frozenset[str]
    _seen: set[str]

    def __new__(cls, number: int, ids: Iterable[str], seen: set[str]) -> Failed:
        """As many, of these tasks."""
        self = super().__new__(cls, number)
        self._ids, self._seen = frozenset(ids), seen
        return self

    def __bool__(self) -> bool:
        return self._expected(int(self) != 0)

    def __eq__(self, other: object) -> bool:
        return self._expected(int.__eq__(self, other))

    def __ne__(self, other: object) -> bool:
        return self._expected(int.__ne__(self, other), says_some=other == 0)

    def __lt__(self, other: int) -> bool:
        return self._expected(int.__lt__(self, other))

    def __le__(self, other: int) -> bool:
        return self._expected(int.__le__(self, other))

    def __gt__(self, other: int) -> bool:
        return self._expected(int.__gt__(self, other), says_some=other >= 0)

    def __ge__(self, other: int) -> bool:
        return self._expected(int.__ge__(self, other), says_some=other > 0)

    def __add__(self, other: int) -> int:
        """Those of two drains; ``sum`` begins with 0. Together with others, it expects none."""
        if isinstance(other, Failed):
            return Failed(int(self) + int(other), self._ids | other._ids, self._seen)
        return self if other == 0 else int.__add__(self, other)

    __radd__ = __add__
    __hash__ = int.__hash__

    def _expected(self, holds: bool, *, says_some: bool = True) -> bool:
        if holds is True and says_some and int(self):
            self._seen.update(self._ids)
        return holds


class Ran(int):
    """The number of tasks that ran, which also knows how their runs ended.

    ``succeeded``, ``failed``, ``retried`` and ``revoked`` are numbers of runs: a task that is
    retried and then succeeds counts in two of them.
    """

    succeeded: int
    failed: int
    retried: int
    revoked: int

    def __new__(
        cls,
        ran: int,
        transitions: Sequence[Transition] = (),
        seen: set[str] | None = None,
    ) -> Ran:
        """Count the ends among what has happened meanwhile; ``seen`` gets checked failures."""
        self = super().__new__(cls, ran)
        ends = Counter(ends_of(transitions))
        # The body of a chord fails with its header, though it never ran.
        failed = [each.task_id for each in transitions if each.state == "FAILURE"]
        self.succeeded = ends["SUCCESS"]
        self.failed = Failed(ends["FAILURE"], failed, set() if seen is None else seen)
        self.retried, self.revoked = ends["RETRY"], ends["REVOKED"]
        return self

    def __repr__(self) -> str:
        counts = {name: int(count) for name, count in vars(self).items() if int(count)}
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
