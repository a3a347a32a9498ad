"""Which apps the guards stand in for, and how what goes past them is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn, Protocol

from pytest_celery_guard.basics.callers import is_workers_own, line_of_the_user
from pytest_celery_guard.basics.urls import url_of
from pytest_celery_guard.errors import RealBrokerError
from pytest_celery_guard.refusals.threads import test_of_thread

OURS = "pytest_celery_guard."

LOCAL = frozenset({"memory", "cache+memory", "disabled", "filesystem", "file"})
"""Schemes that reach nothing outside this machine."""


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


class Around(NamedTuple):
    """What is refused while no guard is on yet: in a fixture, or where tests are imported.

    ``where`` names the place, and ``remedy`` says what to write. ``told`` are the refusals.
    """

    where: str
    remedy: str
    told: list[str]


class Refusal(Protocol):
    """What code tries to do; each text names the line of the user's code."""

    def is_local(self) -> bool:
        """Whether nothing would leave this machine."""

    def by_guard(self, place: str, guarded: str) -> str:
        """The text where guards stand in for the apps of these names."""

    def around(self, place: str, around: Around) -> str:
        """The text where no guard is on yet; empty where it is no matter then."""


ON: list[Guarded] = []
"""One for each guard that is on, the latest last."""

AROUND: list[Callable[[], Around | None]] = []
"""What is on while no guard is, the latest last: None lets everything out."""


def of(app: Any) -> Guarded | None:
    """What is known of a guarded app; None for any other one."""
    for each in reversed(ON):
        if each.app is app:
            return each
    return None


def is_strict() -> bool:
    """Whether a guard is on that refuses."""
    return bool(_strict())


def refuse(refusal: Refusal) -> None:
    """Raise RealBrokerError, unless it is allowed or a worker's own doing."""
    __tracebackhide__ = True
    if strict := _strict():
        if not is_workers_own():
            names = " and ".join(sorted({repr(each.app.main) for each in ON}))
            _refuse(refusal.by_guard(line_of_the_user(), names), strict[-1].note)
    elif (
        (around := _left_by_a_test() or _around_a_test())
        and not (refusal.is_local() or is_workers_own())
        and (text := refusal.around(line_of_the_user(), around))
    ):
        _refuse(text, around.told.append)


def refuse_for(guarded: Guarded, text: Callable[[str], str]) -> NoReturn:
    """Raise RealBrokerError for what a guarded app can't do, whatever is allowed."""
    __tracebackhide__ = True
    _refuse(text(line_of_the_user()), guarded.note)


def _strict() -> list[Guarded]:
    latest = {id(each.app): each for each in ON}  # a test has its own way in a shared guard
    return [each for each in latest.values() if not each.allows]


def _left_by_a_test() -> Around | None:
    if not (test := test_of_thread()):
        return None
    where = f"in a thread that {test} has started and that is still running after it"
    return Around(where, "Let the test wait for the thread, for example with join().", [])


def _around_a_test() -> Around | None:
    return AROUND[-1]() if AROUND and not ON else None


def _refuse(text: str, note: Callable[[str], object]) -> NoReturn:
    __tracebackhide__ = True
    note(text)
    raise RealBrokerError(text)


def is_ours(kind: type) -> bool:
    """Whether a transport, a channel or a backend is one of the guard's own."""
    return kind.__module__.startswith(OURS)


def is_own_channel(channel: Any) -> bool:
    """The same of a channel; a virtual one belongs to its transport."""
    return is_ours(type(channel)) or is_ours(type(channel.connection))


def url_of_channel(channel: Any) -> str:
    """Where the connection of a channel leads; one that py-amqp alone has made knows its host."""
    connection = channel.connection
    client = getattr(connection, "client", None)
    return f"amqp://{connection.host}//" if client is None else url_of(client)


def is_local(uri: str) -> bool:
    """Whether a URL leads nowhere outside this machine."""
    return uri.partition("://")[0] in LOCAL
