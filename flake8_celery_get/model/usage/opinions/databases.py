"""Apps whose messages and results lie in one Redis database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.answers import Answer, NotSet, SetTo
from flake8_celery_get.model.usage.written.nodes import value_at
from flake8_celery_get.model.usage.written.values import values_of_app
from flake8_celery_get.model.values.values import Place, Text
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import App, Apps

_SCHEMES = frozenset({"redis", "rediss"})
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})
_PORT = 6379


@dataclass(frozen=True, slots=True)
class SharedDatabase(Note):
    """A result backend that is the broker's database too, and where the broker is set.

    The number is None where the same variable is used for both, whatever its value.
    """

    number: int | None
    broker: Place


def shared_databases(apps: Apps) -> Iterator[SharedDatabase]:
    """The settings that name one database for both, where the environment can't differ."""
    for app in apps:
        broker, backend = app.setting("broker_url"), app.setting("result_backend")
        places = _place(broker), _place(backend)
        if places[0] is None or places[1] is None:
            yield from _of_one_expression(apps.world, app)
            continue
        database = _database(backend)
        path, at = places[1]
        if database is not None and database == _database(broker):
            yield SharedDatabase(path, at, None, database[2], places[0])
        elif _origin(backend) and _origin(backend) == _origin(broker):
            yield SharedDatabase(path, at, None, None, places[0])
        else:
            yield from _of_one_expression(apps.world, app)


def _of_one_expression(world: Surroundings, app: App) -> Iterator[SharedDatabase]:
    """An app that gets both from what is written in the same way, and may be Redis."""
    brokers = list(values_of_app(world, app, "broker_url"))
    backends = list(values_of_app(world, app, "result_backend"))
    if len(brokers) != 1 or len(backends) != 1:
        return
    (value, broker), (_, (path, at)) = brokers[0], backends[0]
    is_redis = isinstance(value, Text) and value.start.partition(":")[0] in _SCHEMES
    if is_redis and broker[0] == path and _are_alike(world, broker, (path, at)):
        yield SharedDatabase(path, at, None, None, broker)


def _are_alike(world: Surroundings, one: Place, other: Place) -> bool:
    """Whether two settings get what f-strings of one module with the same content give."""
    first, second = value_at(world, one), value_at(world, other)
    if first is None or second is None:
        return False
    is_simple = isinstance(first[1], code.Template) and bool(first[1].texts)
    return is_simple and _is_same(first[1], second[1])


def _is_same(one: object, other: object) -> bool:
    """Whether code is the same but for its place."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if not isinstance(one, code.Node):
        return one == other
    names = {field.name for field in fields(one)} - {"at", "places"}
    return type(one) is type(other) and all(
        _is_same(getattr(one, name), getattr(other, name)) for name in names
    )


def _place(answer: Answer) -> Place | None:
    return None if isinstance(answer, NotSet) else answer.place


def _origin(answer: Answer) -> str:
    """The variable of a URL that may be one of Redis: others can't be both, or have tables."""
    if isinstance(answer, NotSet):
        return ""
    known = answer.value if isinstance(answer, SetTo) else ""
    may_be_redis = not known or str(known).partition(":")[0] in _SCHEMES
    return answer.origin if may_be_redis else ""


def _database(answer: Answer) -> tuple[str, int, int] | None:
    """Host, port and number of a Redis database; None for anything else."""
    if not isinstance(answer, SetTo) or answer.is_start or answer.may_differ:
        return None
    if not isinstance(answer.value, str):
        return None
    try:
        url = urlsplit(answer.value)
        host, port = url.hostname or "", url.port or _PORT
        number = int(url.path.strip("/") or 0)
    except ValueError:
        return None
    if url.scheme not in _SCHEMES or url.query or set(answer.value) & {",", ";"}:
        return None
    return "localhost" if host in _HERE else host, port, number
