"""Apps whose messages and results lie in one Redis database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flake8_celery_get.model.flow.notes import Note
from flake8_celery_get.model.settings.answers import Answer, NotSet, SetTo
from flake8_celery_get.model.values.values import Place

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import Apps

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
            continue
        database = _database(backend)
        path, at = places[1]
        if database is not None and database == _database(broker):
            yield SharedDatabase(path, at, None, database[2], places[0])
        elif _origin(backend) and _origin(backend) == _origin(broker):
            yield SharedDatabase(path, at, None, None, places[0])


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
