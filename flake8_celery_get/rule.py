"""What every rule is: a code, a name, a page, one question to the model, and a message.

A message reads ``problem; remedy``. It fits into 140 characters where that is possible:
long argument lists in the user's own code are left out for that, names and paths never.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from flake8_celery_get.finding import Finding, Fix, Related
from flake8_celery_get.options import OPINIONS
from flake8_celery_get.printing.shortening import shortened, without_arguments

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.model.noticed.notes import Note
    from flake8_celery_get.model.noticed.waits import Wait
    from flake8_celery_get.model.reach.placement.causes import Cause
    from flake8_celery_get.model.settings.apps.stored import Backend
    from flake8_celery_get.source.code import Span

SAFE, UNSAFE = "safe", "unsafe"
LONGEST_MESSAGE = 140
LONGEST_STEP = 60
MOST_NAMES = 3


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

    def suffered(
        self,
        module: Module,
        cause: Cause,
        problem: str,
        remedy: str,
        fix: Fix | None = None,
    ) -> Finding:
        """A finding on what entries suffer from: ``problem`` is what it does to them."""
        who = [way.entry.name for way in cause.entries]
        far = far_away(module, cause.wait)
        source = module.source(cause.wait)
        places = in_request(who) if cause.is_in_callbacks else inside(cause.kind, who)
        problems = [f"{{}} {problem}{far} {where}" for where in places]
        told = fitted(source, problems, remedy)
        related = (*steps(module, cause.wait), *sufferers(cause))
        return self.finding(module, cause.at, told, remedy, related, fix)

    def about(
        self,
        module: Module,
        note: Note,
        problem: str,
        remedy: str,
        fix: Fix | None = None,
        related: tuple[Related, ...] = (),
    ) -> Finding:
        """A finding on what was noticed: its code, shortened to fit, then the problem."""
        told = fitted(module.code_at(note), [f"{{}} {problem}"], remedy)
        return self.finding(module, note.at, told, remedy, related, fix)

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


def fitted(source: str, problems: list[str], remedy: str) -> str:
    """The first problem that fits with the code in its place, which is shortened for that.

    ``{}`` is where the code goes. The last problem is taken as it is.
    """
    for problem in problems:
        room = LONGEST_MESSAGE - len(problem.replace("{}", "``") + f"; {remedy}")
        code = without_arguments(source, room)
        if len(code) <= room:
            break
    code = f"`{shortened(code, room)}`" if code else ""
    return problem.replace("{}", code, 1)


def inside(kind: str, names: list[str]) -> list[str]:
    """Ways to say in which entries something happens, the longest first."""
    if len(names) == 1:
        return [f"in {kind} `{names[0]}`", f"in a {kind}"]
    return [*_listed(f"{kind}s ", names), f"in {len(names)} {kind}s"]


def in_request(names: list[str]) -> list[str]:
    """The same for what runs in a request but is no view, such as a template tag."""
    told = [f"in `{names[0]}`"] if len(names) == 1 else _listed("", names)
    return [*(f"during a request, {each}" for each in told), "during a request"]


def _listed(what: str, names: list[str]) -> list[str]:
    told = []
    for shown in range(min(len(names), MOST_NAMES), 0, -1):
        first = [f"`{name}`" for name in names[:shown]]
        more = len(names) - shown
        last = f"{more} more" if more else first.pop()
        told.append(f"in {what}{', '.join(first)} and {last}")
    return told


def sufferers(cause: Cause) -> Iterator[Related]:
    """Where each entry leads to a cause that stands in a helper."""
    for way in () if cause.is_own else cause.entries:
        hop = way.wait.hops[0]
        line, column, *_ = hop.at
        kind = "" if way.entry.is_callback else f"{cause.kind} "
        told = f"{kind}`{way.entry.name}` calls `{hop.name}`"
        yield Related(hop.path, line, column, told, suffers=True)


def far_away(module: Module, wait: Wait) -> str:
    """Where the read stands, when it is not in the expression itself."""
    return f" at {module.relative(wait.read.path)}:{wait.read.at[0]}" if wait.hops else ""


def steps(module: Module, wait: Wait) -> Iterator[Related]:
    """The calls between a finding and its read, and the read."""
    for hop, after in pairwise(wait.hops):
        line, column, *_ = after.at
        yield Related(after.path, line, column, f"`{hop.name}` calls `{after.name}`")
    if wait.hops:
        read = wait.read
        verb = "polls" if read.is_poll else "waits"
        source = shortened(module.source_of_read(wait), LONGEST_STEP)
        line, column, *_ = read.at
        yield Related(read.path, line, column, f"`{wait.hops[-1].name}` {verb}: `{source}`")


def app_of(module: Module, backend: Backend) -> str:
    """An app in a message: its name, and the place where it is made or configured."""
    name = f"app `{backend.app}`" if backend.app else "the app"
    if backend.place is None:
        return name
    path, (line, *_) = backend.place
    return f"{name} ({module.relative(path)}:{line})"


def where_backend_is_said(backend: Backend) -> tuple[Related, ...]:
    """The app without a backend, or the setting that names one."""
    if backend.place is None:
        return ()
    path, (line, column, *_) = backend.place
    name = f"app `{backend.app}`" if backend.app else "the app"
    what = f"{name} has no result backend" if backend.is_none else "the result backend"
    return (Related(path, line, column, what),)


cut = shortened
"""How rules shorten what they quote."""
