"""What every rule is: a code, a name, a page, one question to the model, and a message.

A message reads ``problem; remedy``. It fits into 100 characters: the user's own code is
cut for that, and folders are left out from the front of a path.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from flake8_celery_get.finding import Finding, Fix, Related
from flake8_celery_get.options import OPINIONS

if TYPE_CHECKING:
    from flake8_celery_get.model.module import Module
    from flake8_celery_get.model.notes import Note
    from flake8_celery_get.model.stored import Backend
    from flake8_celery_get.model.waits import Wait
    from flake8_celery_get.source.code import Span

SAFE, UNSAFE = "safe", "unsafe"
LONGEST_MESSAGE = 100
LONGEST_STEP = 60
SHORTEST_CODE = 12


class Rule:
    """The base of all rules; the docstring of a subclass is its documentation page."""

    code: ClassVar[str]
    name: ClassVar[str]
    fixes: ClassVar[tuple[str, ...]] = ()
    """Which fixes there are for some of the findings: SAFE, UNSAFE, both or none."""

    @classmethod
    def is_opinion(cls) -> bool:
        """Whether the rule is off by default."""
        return cls.code.startswith(OPINIONS)

    @classmethod
    def fixed_by(cls) -> str:
        """A sentence on what fixes there are; empty for none."""
        flags = {SAFE: "`--fix`", UNSAFE: "`--fix --unsafe-fixes`"}
        told = [f"{kind} ones by {flags[kind]}" for kind in cls.fixes]
        return f"Some findings have a fix: {', '.join(told)}." if told else ""

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield what this rule has to say about one linted module."""
        raise NotImplementedError

    def waiting(
        self,
        module: Module,
        wait: Wait,
        where: str,
        remedy: str,
        fix: Fix | None = None,
    ) -> Finding:
        """A finding on the expression that leads to a wait."""
        verb = "polls" if wait.read.is_poll else "waits"
        others = len(f"`` {verb} {where}; {remedy}") + SHORTEST_CODE
        end = f"{far_away(module, wait, LONGEST_MESSAGE - others)} {where}"
        room = LONGEST_MESSAGE - len(f"`` {verb}{end}; {remedy}")
        problem = f"`{cut(module.source(wait), room)}` {verb}{end}"
        related = tuple(steps(module, wait))
        return self.finding(module, wait.at, problem, remedy, related, fix)

    def about(
        self,
        module: Module,
        note: Note,
        problem: str,
        remedy: str,
        fix: Fix | None = None,
    ) -> Finding:
        """A finding on what was noticed: its code, cut to fit, then the problem."""
        room = LONGEST_MESSAGE - len(f"`` {problem}; {remedy}")
        source = cut(module.code_at(note), room)
        return self.finding(module, note.at, f"`{source}` {problem}", remedy, fix=fix)

    def finding(
        self,
        module: Module,
        at: Span,
        problem: str,
        remedy: str,
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
    ) -> Finding:
        """A finding on any place of a module."""
        line, column, end_line, end_column = at
        return Finding(
            module.path, line, column, end_line, end_column, self.code, self.name,
            f"{problem}; {remedy}", related, fix=fix,
        )  # fmt: skip


def far_away(module: Module, wait: Wait, room: int = LONGEST_MESSAGE) -> str:
    """Where the read stands, when it is not in the expression itself."""
    if not wait.hops:
        return ""
    place = f"{module.relative(wait.read.path)}:{wait.read.at[0]}"
    while len(f" at {place}") > room and "/" in place.removeprefix("…/"):
        place = "…/" + place.removeprefix("…/").partition("/")[2]
    return f" at {place}"


def steps(module: Module, wait: Wait) -> Iterator[Related]:
    """The calls between a finding and its read, and the read."""
    for hop, after in pairwise(wait.hops):
        line, column, *_ = after.at
        yield Related(after.path, line, column, f"`{hop.name}` calls `{after.name}`")
    if wait.hops:
        read = wait.read
        verb = "polls" if read.is_poll else "waits"
        source = cut(module.source_of_read(wait), LONGEST_STEP)
        line, column, *_ = read.at
        yield Related(read.path, line, column, f"`{wait.hops[-1].name}` {verb}: `{source}`")


def where_backend_is_said(backend: Backend) -> tuple[Related, ...]:
    """The app without a backend, or the setting that names one."""
    if backend.place is None:
        return ()
    path, (line, column, *_) = backend.place
    name = f"app `{backend.app}`" if backend.app else "the app"
    what = f"{name} has no result backend" if backend.is_none else "the result backend"
    return (Related(path, line, column, what),)


def cut(text: str, longest: int) -> str:
    """The text, its end cut off where it is longer."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
