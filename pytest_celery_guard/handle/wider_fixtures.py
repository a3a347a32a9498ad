"""What fixtures of a wider scope have left: it goes with the fixture that left it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pytest_celery_guard.sends.send import Send
from pytest_celery_guard.values.failures import Failure
from pytest_celery_guard.world import story
from pytest_celery_guard.world.ledger import Ledger


class Before(NamedTuple):
    """Ids of tasks that had failed when something began, and of those that were waiting."""

    failed: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class SetUp:
    """A fixture that is set up: what was there before it, and the way back to that."""

    before: Before
    way_back: Callable[[], object]
    is_over: bool = False


class Left(NamedTuple):
    """What nobody has run, and what nobody has looked at."""

    sends: Sequence[Send] = ()
    failures: Sequence[Failure] = ()

    def but_for(self, known: Before) -> Left:
        """The rest, where some is known."""
        return Left(
            [each for each in self.sends if each.id not in known.waiting],
            [each for each in self.failures if each.id not in known.failed],
        )

    def and_also(self, other: Left) -> Left:
        """All of both."""
        return Left([*self.sends, *other.sends], [*self.failures, *other.failures])


class WiderFixtures:
    """Those that are set up now in one part of a guard, the latest last.

    ``left`` is what those have left that are over: it is told when the part ends.
    """

    def __init__(self) -> None:
        self.left = Left()
        self._set_up: list[SetUp] = []

    def begin(self, fixture: SetUp) -> None:
        """A fixture is about to be set up."""
        self._set_up.append(fixture)

    def end(self, fixture: SetUp, left: Callable[[], Left]) -> None:
        """A fixture is over. What it has left goes, as soon as no later one is set up."""
        fixture.is_over = True
        last = None
        while self._set_up and self._set_up[-1].is_over:
            last = self._set_up.pop()
        if last is not None:
            self.left = self.left.and_also(left().but_for(last.before))
            last.way_back()


def before(ledger: Ledger) -> Before:
    """What something begins with."""
    failed = frozenset(each.id for each in story.failures(ledger))
    return Before(failed, frozenset(each.task_id for each in ledger.messages))


def left_in(ledger: Ledger) -> Left:
    """What is left now."""
    if not ledger.log and not ledger.messages:  # as after most tests
        return Left()
    return Left(story.leftover(ledger), story.unseen(ledger))
