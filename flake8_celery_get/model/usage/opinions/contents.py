"""Settings whose values give something away: pickled messages, passwords in URLs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.given import text
from flake8_celery_get.model.usage.written.said_options import said_options
from flake8_celery_get.model.usage.written.values import values_written
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import Items, Value
from flake8_celery_get.source.code import NOWHERE

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import Apps
    from flake8_celery_get.model.usage.sent.sends import Sends, Sent
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.source.code import Span

_PICKLE = frozenset({"pickle", "application/x-python-serialize"})
_SERIALIZERS = (
    "accept_content", "result_accept_content", "task_serializer", "result_serializer",
    "event_serializer",
)  # fmt: skip
_URLS = ("broker_url", "broker_read_url", "broker_write_url", "result_backend")

_PLACEHOLDERS = frozenset(
    {
        "admin", "change_me", "changeme", "dev", "example", "guest", "mypassword", "pass",
        "passwd", "password", "postgres", "pw", "rabbit", "rabbitmq", "redis", "root", "secret",
        "test", "user", "your_password", "yourpassword",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PickleAccepted(Note):
    """A setting by which messages or results are pickled."""

    setting: str


@dataclass(frozen=True, slots=True)
class Pickled(Note):
    """A task, or a single send, whose messages are pickled."""


@dataclass(frozen=True, slots=True)
class PasswordWritten(Note):
    """A URL with a password in it."""

    setting: str


def pickles(apps: Apps) -> Iterator[PickleAccepted]:
    """The settings that name pickle."""
    for setting in _SERIALIZERS:
        for value, (path, at) in values_written(apps, setting):
            is_written = any(at) and not apps.world.is_test(path)
            if is_written and any(text(each) in _PICKLE for each in _parts(value)):
                yield PickleAccepted(path, at, None, setting)


def pickled(
    world: Surroundings, tasks: Iterable[Defined], sends: Sends
) -> Iterator[Pickled]:
    """The decorators and sends whose ``serializer`` is pickle."""
    for task in tasks:
        frame, said = said_options(world, task)
        argument = said.get("serializer")
        if argument is not None and text(frame.evaluate(argument.value)) in _PICKLE:
            yield Pickled(task.symbol.scope.path, argument.at, task.symbol)
    for found in sends.certain():
        places = {_pickling(sent) for sent in found}
        at = places.pop() if len(places) == 1 else NOWHERE
        if any(at):
            yield Pickled(found[0].path, at, found[0].within)


def _pickling(sent: Sent) -> Span:
    """Where a send says that its message is pickled; nowhere for one that does not."""
    said = (each for each in sent.given if each.name == "serializer")
    is_delay = sent.way in {"delay", "s", "si"}
    return next((e.at for e in said if not is_delay and text(e.value) in _PICKLE), NOWHERE)


def passwords(apps: Apps) -> Iterator[PasswordWritten]:
    """The URLs that hold a password, and no placeholder for one."""
    for setting in _URLS:
        for value, (path, at) in values_written(apps, setting):
            is_written = any(at) and not apps.world.is_test(path)
            urls = (text(each) or "" for each in _parts(value))
            if is_written and any(map(_has_password, urls)):
                yield PasswordWritten(path, at, None, setting)


def _parts(value: Value) -> Iterator[Value]:
    for option in options(value):
        yield from option.values if isinstance(option, Items) else (option,)


def _has_password(url: str) -> bool:
    try:
        parts = urlsplit(url.split(";")[0])
        password, user = unquote(parts.password or ""), parts.username or ""
    except ValueError:
        return False
    is_real = password.isprintable() and password.strip("*x.<>{}$-_") != ""
    is_filled_in = not any(sign in password for sign in "<>{}$%")
    return (
        is_real and is_filled_in and password.lower() not in {*_PLACEHOLDERS, user.lower()}
    )
