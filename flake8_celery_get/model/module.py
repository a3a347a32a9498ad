"""What a rule may ask about one module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from flake8_celery_get.finding import Finding, Related
from flake8_celery_get.model.entries import COROUTINE, PLAIN, TASK, VIEW, Entry
from flake8_celery_get.model.waits import JoinAllowance, Wait
from flake8_celery_get.source.code import Span

if TYPE_CHECKING:
    from flake8_celery_get.model.model import Model
    from flake8_celery_get.rule import Rule

LONGEST_MESSAGE = 100
SHORTEST_CODE = 12


@dataclass(frozen=True, slots=True)
class Module:
    """One file, with the entries whose findings stand in it."""

    model: Model
    path: str
    entries: tuple[Entry, ...]

    @property
    def tasks(self) -> Iterator[Entry]:
        """The bodies of Celery tasks."""
        return self._of_kind(TASK)

    @property
    def views(self) -> Iterator[Entry]:
        """What answers web requests."""
        return self._of_kind(VIEW)

    @property
    def coroutines(self) -> Iterator[Entry]:
        """Coroutines that are neither tasks nor views."""
        return self._of_kind(COROUTINE)

    @property
    def functions(self) -> Iterator[Entry]:
        """Everything else, the module's own statements included."""
        return self._of_kind(PLAIN)

    def _of_kind(self, kind: str) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.kind == kind)

    @property
    def is_test(self) -> bool:
        """Whether the file is test code."""
        return self.model.is_test(self.path)

    def reported_elsewhere(self, wait: Wait) -> bool:
        """Whether a task, view or coroutine leads to the same read and is told so."""
        return (wait.read.path, wait.read.at) in self.model.reads_of_entries

    def source(self, at: Span, path: str | None = None) -> str:
        """The code at a span, on one line."""
        return self.model.snippet(path or self.path, at)

    def waiting(self, rule: type[Rule], wait: Wait, where: str, remedy: str) -> Finding:
        """A finding on the expression that leads to a wait.

        The message is at most 100 characters long: the user's own code is cut to fit.
        """
        verb = "polls" if wait.read.is_poll else "waits"
        others = len(f"`` {verb} {where}; {remedy}") + SHORTEST_CODE
        end = f"{self.far_away(wait, LONGEST_MESSAGE - others)} {where}"
        room = LONGEST_MESSAGE - len(f"`` {verb}{end}; {remedy}")
        problem = f"`{cut(self.source(wait.at), room)}` {verb}{end}"
        return self.finding_at(rule, wait.at, problem, remedy, tuple(self._steps(wait)))

    def far_away(self, wait: Wait, room: int = LONGEST_MESSAGE) -> str:
        """Where the read stands, when it is not in the expression itself.

        Folders are left out from the front where ``room`` characters don't hold them.
        """
        if not wait.hops:
            return ""
        place = f"{self.model.relative(wait.read.path)}:{wait.read.at[0]}"
        while len(f" at {place}") > room and "/" in place.removeprefix("…/"):
            place = "…/" + place.removeprefix("…/").partition("/")[2]
        return f" at {place}"

    def finding_at(
        self,
        rule: type[Rule],
        at: Span,
        problem: str,
        remedy: str,
        related: tuple[Related, ...] = (),
    ) -> Finding:
        """A finding on any place of this module."""
        line, column, end_line, end_column = at
        return Finding(
            self.path, line, column, end_line, end_column, rule.code, rule.name,
            f"{problem}; {remedy}", related,
        )  # fmt: skip

    def allowance_steps(self, allowance: JoinAllowance) -> tuple[Related, ...]:
        """The steps from a switched-off check to the read it lets pass."""
        wait = allowance.wait
        if not allowance.is_block:
            return ()
        first = Related(wait.path, wait.at[0], wait.at[1], self._what_happens(wait))
        return (first, *self._steps(wait))

    def _what_happens(self, wait: Wait) -> str:
        if wait.hops:
            return f"calls `{wait.hops[0].name}`"
        return f"`{cut(self.source(wait.at, wait.path), 60)}` waits"

    def _steps(self, wait: Wait) -> Iterator[Related]:
        for hop, after in pairwise(wait.hops):
            line, column, *_ = after.at
            yield Related(after.path, line, column, f"`{hop.name}` calls `{after.name}`")
        if wait.hops:
            read = wait.read
            source = cut(self.source(read.at, read.path), 60)
            verb = "polls" if read.is_poll else "waits"
            line, column, *_ = read.at
            name = wait.hops[-1].name
            yield Related(read.path, line, column, f"`{name}` {verb}: `{source}`")


def cut(text: str, longest: int) -> str:
    """The text, its end cut off where it is longer."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


