"""Options of tasks that nobody reads.

https://docs.celeryq.dev/en/stable/userguide/tasks.html#list-of-options
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from flake8_celery_get.model.known.celery_options import OF_TASKS
from flake8_celery_get.model.known.options_of_packages import KNOWN
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.declarations.readers import is_read
from flake8_celery_get.model.usage.tasks import arguments

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.declarations.base_classes import BaseClasses
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.values import Place

_KNOWN = OF_TASKS | KNOWN | {"filter", "lazy", "shared"}

_MEANT = {
    "autoretry": "autoretry_for",
    "backoff": "retry_backoff",
    "exponential_backoff": "retry_backoff",
    "hard_time_limit": "time_limit",
    "max_retry": "max_retries",
    "priorities": "priority",
    "retries": "max_retries",
    "retry_delay": "default_retry_delay",
    "retry_for": "autoretry_for",
    "soft_limit": "soft_time_limit",
    "timeout": "time_limit",
    "time_limit_soft": "soft_time_limit",
    "jitter": "retry_jitter",
    "task_name": "name",
}
"""Names that are not close to what they stand for."""

_OFTEN = sorted(
    {
        "acks_late", "acks_on_failure_or_timeout", "autoretry_for", "bind",
        "default_retry_delay", "dont_autoretry_for", "expires", "ignore_result",
        "max_retries", "name", "priority", "queue", "rate_limit", "reject_on_worker_lost",
        "retry_backoff", "retry_backoff_max", "retry_jitter", "retry_kwargs", "routing_key",
        "send_events", "serializer", "soft_time_limit", "store_errors_even_if_ignored",
        "throws", "time_limit", "track_started", "typing",
    }
)  # fmt: skip
"""What someone may have meant."""

CLOSE = 0.8
"""The ratio of difflib from which a name looks like a typo."""


@dataclass(frozen=True, slots=True)
class UnreadOption(Note):
    """An option of a task that nobody reads; ``meant`` is the one of Celery, or empty.

    ``is_keyword``: it is no text, as in a dict that the decorator unpacks. ``is_of_send``: it
    is one of ``apply_async``, and of nothing else.
    """

    option: str
    meant: str
    is_keyword: bool = True
    is_of_send: bool = False


def unread_options(
    world: Surroundings, tasks: Iterable[Defined], bases: BaseClasses
) -> Iterator[UnreadOption]:
    """The options of decorators that neither Celery nor the project knows."""
    seen: set[Place] = set()
    for task in tasks:
        if task.is_own and not _KNOWN.issuperset(task.keywords.names):
            for note in _of_task(world, task, bases):
                if (note.path, note.at) not in seen:  # a dict that several tasks unpack
                    seen.add((note.path, note.at))
                    yield note


def _of_task(
    world: Surroundings, task: Defined, bases: BaseClasses
) -> Iterator[UnreadOption]:
    members = bases.members(task)
    given = arguments(world, task)
    names = {argument.name for argument in given}
    lines = task.symbol.scope.source.lines
    for argument in given:
        name = argument.name
        if not name or "*" in name or name in _KNOWN | (members or frozenset()):
            continue
        if members is None and not is_slip(name, meant_by(name)):
            continue  # the class that nobody can read may know it
        line, column, *_ = argument.at
        is_keyword = lines[line - 1].startswith(name, column)
        if is_read(world, name, is_key=not is_keyword):
            continue
        meant = "default_retry_delay" if _delays_retries(name, names) else meant_by(name)
        meant = "" if meant in names else meant
        is_of_send = name in _OF_SENDS and not meant
        path, symbol = task.symbol.scope.path, task.symbol
        yield UnreadOption(path, argument.at, symbol, name, meant, is_keyword, is_of_send)


_OF_SENDS = frozenset({"countdown", "eta", "headers", "retry_policy", "task_id"})
"""Options that each send has for itself."""


def _delays_retries(name: str, names: set[str]) -> bool:
    """Whether an option is meant for retries, of which others speak."""
    return name == "countdown" and any("retr" in other for other in names)


def meant_by(name: str) -> str:
    """The option of Celery that someone meant; empty where nobody can tell."""
    bare = name.removeprefix("task_").removeprefix("celery_")
    if bare in _OFTEN:
        return bare
    if bare in _MEANT:
        return _MEANT[bare]
    return next(iter(get_close_matches(bare, _OFTEN, n=1, cutoff=CLOSE)), "")


def is_slip(name: str, meant: str) -> bool:
    """Whether all that differs is one letter too many or too few: ``ignore_results``."""
    longer, shorter = (name, meant) if len(name) > len(meant) else (meant, name)
    return "_" in meant and any(
        longer[:index] + longer[index + 1 :] == shorter for index in range(len(longer))
    )


def is_typo(note: UnreadOption) -> bool:
    """Whether nothing else than the option that is named can be meant."""
    is_clear = bool(note.meant) and note.meant not in _MEANT.values()
    return is_clear and note.is_keyword
