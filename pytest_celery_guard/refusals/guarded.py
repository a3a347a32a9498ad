"""Which apps the guards stand in for, and how what goes past them is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytest_celery_guard.callers import is_workers_own, line_of_the_user
from pytest_celery_guard.errors import RealBrokerError

OURS = "pytest_celery_guard."


@dataclass(frozen=True, slots=True, eq=False)
class Guarded:
    """An app that a guard stands in for, for the time of the test.

    ``broker`` is where it sends without the guard. ``note`` gets the text of each refusal, since
    code under test may swallow the error. ``allows``: nothing is refused for this guard's sake.
    """

    app: Any
    broker: str
    note: Callable[[str], object]
    allows: bool = False


ON: list[Guarded] = []
"""One for each guard that is on, the latest last."""


def of(app: Any) -> Guarded | None:
    """What is known of a guarded app; None for any other one."""
    return next((each for each in reversed(ON) if each.app is app), None)


def names() -> str:
    """The guarded apps, as a message names them."""
    return " and ".join(sorted({repr(each.app.main) for each in ON}))


def refuse(text: Callable[[str], str]) -> None:
    """Raise RealBrokerError, unless it is allowed or a worker's own doing.

    ``text`` makes the message of the line of the user's code.
    """
    __tracebackhide__ = True
    strict = [each for each in ON if not each.allows]
    if not strict or is_workers_own():
        return
    told = text(line_of_the_user())
    strict[-1].note(told)
    raise RealBrokerError(told)


def is_ours(kind: type) -> bool:
    """Whether a transport, a channel or a backend is one of the guard's own."""
    return kind.__module__.startswith(OURS)


def is_own_channel(channel: Any) -> bool:
    """The same of a channel; a virtual one belongs to its transport."""
    return is_ours(type(channel)) or is_ours(type(channel.connection))
