"""What was sent: a list that compares with one of Celery's own signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, SupportsIndex, overload

from pytest_celery_guard.basics.misspelled import CorrectsNames
from pytest_celery_guard.sends.send import Send
from pytest_celery_guard.values.circumstances import Circumstances

Check = Callable[[str, object, "str | None"], object]
"""Gets a method's name, a task and a queue; raises for what was most likely misspelled."""


class Sent(Sequence[Send], CorrectsNames):
    """Sends in their order. Equal to a list of signatures; ``in`` finds one of them.

    ``circumstances`` are those of a real worker.
    """

    __hash__ = None  # type: ignore[assignment] # equal to lists
    circumstances: Circumstances | None = None

    def __init__(self, sends: Iterable[Send], check: Check = lambda *_: None) -> None:
        self._sends = list(sends)
        self._check = check

    def of(self, task: object, *, queue: str | None = None) -> Sent:
        """The sends of one task (or its name, or a signature), if asked for in one queue."""
        __tracebackhide__ = True
        self._check("of", task, queue)
        found = (each for each in self._sends if each == task)
        return Sent((each for each in found if queue in {None, each.queue}), self._check)

    def count(self, value: Any) -> Count:
        """How many sends a signature, a task or a name stands for."""
        __tracebackhide__ = True
        self._check("count", value, None)
        return Count(self, value)

    @overload
    def __getitem__(self, at: SupportsIndex) -> Send: ...
    @overload
    def __getitem__(self, at: slice) -> Sent: ...
    def __getitem__(self, at: SupportsIndex | slice) -> Send | Sent:
        if isinstance(at, slice):
            return Sent(self._sends[at], self._check)
        return self._sends[at]

    def __len__(self) -> int:
        return len(self._sends)

    def __contains__(self, wanted: object) -> bool:
        __tracebackhide__ = True
        self._check("in", wanted, None)
        return any(each == wanted for each in self._sends)

    def __eq__(self, other: object) -> bool:
        __tracebackhide__ = True
        self._check("==", other, None)
        if not isinstance(other, list | tuple | Sent) or len(self) != len(other):
            return False
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __repr__(self) -> str:
        return repr(self._sends)


class Count(int):
    """A number of sends, which knows them all, for the message of an assertion that fails."""

    sent: Sent
    wanted: object

    def __new__(cls, sent: Sent, wanted: object) -> Count:
        """Count the sends that are equal to what is wanted."""
        self = super().__new__(cls, sum(each == wanted for each in sent))
        self.sent, self.wanted = sent, wanted
        return self
