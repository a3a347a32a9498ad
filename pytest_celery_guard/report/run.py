"""All tests of a run that used the guard, and the tasks of their apps."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from pytest_celery_guard.report.tally import Tally, Told, together, total


@dataclass(slots=True)
class Case:
    """One test; ``seconds`` are real ones, of its call."""

    id: str
    outcome: str
    seconds: float
    told: Told


@dataclass(slots=True)
class Run:
    """What all processes have told so far.

    ``crashed`` are tests whose process died: what they sent is not known.
    """

    tests: dict[str, Case] = field(default_factory=dict)
    crashed: list[str] = field(default_factory=list)
    registered: set[str] = field(default_factory=set)

    def add(self, test: Case) -> None:
        """Take in a test; one that runs again counts once, as it ended."""
        self.tests[test.id] = test
        self.registered.update(test.told.registered)

    def in_order(self) -> list[Case]:
        """The tests by their ids: with several processes they end in any order."""
        return sorted(self.tests.values(), key=lambda test: _natural(test.id))

    def tallies(self) -> dict[str, Tally]:
        """What became of the tasks, by their names, those that were never sent included."""
        none = dict.fromkeys(self.registered, Tally())
        sent = together(test.told.tallies for test in self.tests.values())
        return dict(sorted({**none, **sent}.items()))

    def total(self) -> Tally:
        """All tasks of all tests together."""
        return total(self.tallies())

    def never_ran(self) -> list[str]:
        """The apps' own tasks that ran in no test."""
        tallies = self.tallies()
        return sorted(name for name in self.registered if not tallies[name].ran)

    def unread(self) -> list[str]:
        """Tasks whose results are stored, and that nobody read in any test."""
        return [
            name
            for name, tally in self.tallies().items()
            if tally.unread and not tally.read
        ]

    def findings(self) -> dict[str, int]:
        """How many tests have a finding, by its code."""
        codes: Counter[str] = Counter()
        for test in self.tests.values():
            record = test.told.record
            told = (*record.problems, *record.findings)
            codes.update({code_of(each) for each in told} - {""})
        return dict(sorted(codes.items()))


def _natural(text: str) -> list[str | int]:
    """A key that puts ``test[2]`` before ``test[10]``."""
    return [int(each) if each.isdecimal() else each for each in re.split(r"(\d+)", text)]


def code_of(problem: str) -> str:
    """The code that a problem begins with; empty when it has none."""
    code = problem.partition(" ")[0]
    return code if code.startswith("CEL") and code[3:].isdigit() else ""
