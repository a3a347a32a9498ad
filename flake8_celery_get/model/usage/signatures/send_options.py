"""Options of sends that nobody reads, and options that are given to ``delay``.

https://docs.celeryq.dev/en/stable/userguide/calling.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.notes import Note
from flake8_celery_get.model.known.celery_options import OF_SENDS
from flake8_celery_get.model.known.options_of_packages import KNOWN
from flake8_celery_get.model.usage.declarations.base_classes import SENDS
from flake8_celery_get.model.usage.declarations.readers import is_read_of_a_send
from flake8_celery_get.model.usage.sent.sends import PACKED, Sent
from flake8_celery_get.model.usage.signatures.passed import spread
from flake8_celery_get.model.values.arguments import with_unpacked
from flake8_celery_get.model.values.values import AppValue, Signature

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.usage.declarations.base_classes import BaseClasses
    from flake8_celery_get.model.usage.sent.sends import Sends
    from flake8_celery_get.model.usage.signatures.tasks_sent import Shapes
    from flake8_celery_get.source.code import Span

OPTIONS = frozenset(
    {
        "countdown", "eta", "expires", "exchange", "headers", "ignore_result", "link",
        "link_error", "priority", "queue", "retry", "retry_policy", "routing_key",
        "serializer", "soft_time_limit", "task_id", "time_limit",
    }
)  # fmt: skip
"""What ``apply_async`` takes, and nobody gives a task of their own without a reason."""

_MEANT = {
    "delay": "countdown", "expire": "expires", "expires_in": "expires", "ttl": "expires",
    "hard_time_limit": "time_limit", "max_retries": "retry_policy", "routing": "routing_key",
    "soft_limit": "soft_time_limit", "wait": "countdown",
}  # fmt: skip
"""Names that are not close to what they stand for."""

CLOSE = 0.8
"""The ratio of difflib from which a name looks like a typo."""


@dataclass(frozen=True, slots=True)
class GivenToDelay(Note):
    """Options that ``delay`` takes for arguments of the task; ``way`` is the method.

    ``fits``: what else is given fits the task.
    """

    names: tuple[str, ...]
    way: str
    fits: bool


@dataclass(frozen=True, slots=True)
class UnknownOption(Note):
    """An option of a send that nobody reads.

    ``meant`` is one of Celery's; ``is_argument`` where it is a parameter of the task.
    """

    option: str
    meant: str
    is_argument: bool


def options_given_to_delay(sends: Sends, shapes: Shapes) -> Iterator[GivenToDelay]:
    """The calls of ``delay`` that raise TypeError for an option of ``apply_async``."""
    for each in sends.certain():
        found = {_options_of_delay(sent, shapes) for sent in each}
        names = found.pop() if len(found) == 1 else ()
        if names:
            first, fits = each[0], all(_fits(sent, names, shapes) for sent in each)
            yield GivenToDelay(first.path, first.at, first.within, names, first.way, fits)


def _options_of_delay(sent: Sent, shapes: Shapes) -> tuple[str, ...]:
    if sent.way not in {"delay", "delay_on_commit"} or sent.task is None:
        return ()
    shape = shapes.of(sent.task)
    if shape is None:
        return ()
    names = (argument.name for argument in sent.given if argument.name in OPTIONS)
    return tuple(name for name in names if not shape.takes(name))


def _fits(sent: Sent, names: tuple[str, ...], shapes: Shapes) -> bool:
    """Whether the task takes what is left once the options are gone."""
    shape = shapes.of(sent.task) if sent.task is not None else None
    passed = spread(each for each in sent.given if each.name not in names)
    return shape is not None and not passed.misfit(shape, is_whole=True)


def unknown_send_options(
    world: World, sends: Sends, bases: BaseClasses, shapes: Shapes
) -> Iterator[UnknownOption]:
    """The options of ``apply_async``, ``send_task`` and ``set`` that are dropped."""
    for each in sends.certain():
        spans: dict[str, list[Span]] = {}
        for sent in each:
            for name, at in _unknown(sent, bases):
                spans.setdefault(name, []).append(at)
        for name, places in spans.items():
            if len(places) == len(each) and not is_read_of_a_send(world, name):
                first = each[0]
                is_argument = all(_is_argument(sent, name, shapes) for sent in each)
                meant = "" if is_argument else meant_by(name, first)
                place = first.path, places[0], first.within
                yield UnknownOption(*place, name, meant, is_argument)


def _unknown(sent: Sent, bases: BaseClasses) -> Iterable[tuple[str, Span]]:
    names = {argument.name for argument in sent.given}
    if "stamped_headers" in names or not _takes_options(sent, bases):
        return ()
    return [
        (argument.name, argument.at)
        for argument in with_unpacked(sent.given, sent.path)
        if argument.name
        and "*" not in argument.name
        and argument.name not in OF_SENDS | KNOWN
        and (sent.way, argument.name) != ("set", "immutable")
    ]


def _takes_options(sent: Sent, bases: BaseClasses) -> bool:
    """Whether Celery itself takes what else is given."""
    if sent.task is not None:
        return sent.way in PACKED and not bases.changes(sent.task, SENDS)
    if isinstance(sent.owner, AppValue):
        return sent.way == "send_task" and not bases.has_own_app
    return isinstance(sent.owner, Signature) and sent.way in {"apply_async", "set"}


def _is_argument(sent: Sent, name: str, shapes: Shapes) -> bool:
    shape = shapes.of(sent.task) if sent.task is not None else None
    return shape is not None and (name in shape.positional or name in shape.only)


def meant_by(name: str, sent: Sent) -> str:
    """The option that someone meant, and has not given too; empty where nobody can tell."""
    given = {argument.name for argument in sent.given}
    close = get_close_matches(name, sorted(OPTIONS), n=1, cutoff=CLOSE)
    meant = _MEANT.get(name) or next(iter(close), "")
    return "" if meant in given else meant
