"""What became of a test in one run, and of a test in both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pytest


class Outcome(NamedTuple):
    """``kind`` is passed, failed, error or skipped; ``text`` is what pytest says of a failure."""

    kind: str
    text: str

    @property
    def first_line(self) -> str:
        """The line that a reader needs first."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        is_title = bool(lines) and lines[0].endswith(":")
        return " ".join(lines[: 2 if is_title else 1])


@dataclass(frozen=True, slots=True)
class Difference:
    """A test whose outcome differs. ``cause`` is the name of one of the causes."""

    test: str
    eager: str
    guard: str
    text: str
    cause: str


class LeftOut(NamedTuple):
    """A test that sends tasks and was not compared, with the reason."""

    test: str
    reason: str


def outcome_of(reports: Iterable[pytest.TestReport]) -> Outcome:
    """What setup, call and teardown of a test come to: the first that failed decides."""
    found = Outcome("passed", "")
    for report in reports:
        if report.failed:
            kind = "failed" if report.when == "call" else "error"
            return Outcome(kind, told(report))
        if report.skipped:
            found = Outcome("skipped", "")
    return found


def told(report: pytest.TestReport) -> str:
    """The exception's text, where pytest keeps it apart from the traceback."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(getattr(crash, "message", report.longrepr))
