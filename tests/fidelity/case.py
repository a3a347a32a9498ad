"""A case: a few tasks, what a test does with them, and what must come of it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import celery
from celery import Celery

from tests.fidelity.seen import Seen
from tests.fidelity.stage import app, case_modules

if TYPE_CHECKING:
    from celery.result import ResultBase

T = TypeVar("T")
Version: TypeAlias = "tuple[int, int]"
CELERY: Version = celery.VERSION[0], celery.VERSION[1]


EITHER_IS_LAST = (
    "any part of the header may be last in a real worker, and that one meets the error"
)
"""Before 5.6, where a chord whose header failed can't tell its body."""


@dataclass(frozen=True, slots=True)
class Until:
    """Wait for a signal, hook, note or stored state of a task to show up, or to show up again."""

    result: ResultBase
    what: str
    times: int = 1


# What a case waits for where it yields: None for the end of everything it sent,
# seconds that pass, a result that is ready, or an entry in the journal.
Wait: TypeAlias = "float | ResultBase | Until | None"
Steps: TypeAlias = "Generator[Wait, None, None]"
Script: TypeAlias = "Callable[[Seen], Steps]"


@dataclass(frozen=True, slots=True)
class Case:
    """One behaviour of Celery, told once and checked on both sides."""

    name: str
    script: Script
    app: Celery
    since: Version
    until: Version
    differs: str | None
    other_trace: str | None

    @property
    def theme(self) -> str:
        """The module that tells it, below `cases`."""
        return self.script.__module__.partition(".cases.")[2]

    @property
    def applies(self) -> bool:
        """Whether the installed Celery has this behaviour."""
        return self.since <= CELERY <= self.until


_cases: dict[str, Case] = {}


def case(
    of: Celery = app,
    *,
    since: Version = (5, 3),
    until: Version = (5, 99),
    differs: str | None = None,
    other_trace: str | None = None,
) -> Callable[[Script], Script]:
    """Tell a case.

    `differs` gives the reason why the guard can't behave so. `other_trace` gives the reason why
    signals and hooks differ, though what the case expects is the same on both sides.
    """

    def register(script: Script) -> Script:
        name = script.__name__
        if name in _cases and _cases[name].script.__module__ != script.__module__:
            raise ValueError(f"two cases are called {name}")
        _cases[name] = Case(name, script, of, since, until, differs, other_trace)
        return script

    return register


def every_case() -> list[Case]:
    """All cases, those for other versions of Celery too, in the order of their modules."""
    for module in case_modules():
        importlib.import_module(module)
    return list(_cases.values())


def since(version: Version, now: T, *, before: T) -> T:
    """What the installed Celery does where a version changed it."""
    return now if version <= CELERY else before
