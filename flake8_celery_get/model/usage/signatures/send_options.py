"""Options of sends that nobody reads, and options that are given to ``delay``.

https://docs.celeryq.dev/en/stable/userguide/calling.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from flake8_celery_get.model.known.celery_options import OF_SENDS
from flake8_celery_get.model.known.options_of_packages import KNOWN
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.declarations.base_classes import SENDS
from flake8_celery_get.model.usage.declarations.readers import is_read_of_a_send
from flake8_celery_get.model.usage.sent.sends import PACKED, RUNS, Sent
from flake8_celery_get.model.usage.signatures.passed import spread
from flake8_celery_get.model.values.arguments import Given, with_unpacked
from flake8_celery_get.model.values.mappings import entries_of
from flake8_celery_get.model.values.values import AppValue, External, Signature

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
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

OF_DECORATORS = frozenset(
    {
        "acks_late", "acks_on_failure_or_timeout", "autoretry_for", "bind",
        "default_retry_delay", "dont_autoretry_for", "rate_limit", "reject_on_worker_lost",
        "retry_backoff", "retry_backoff_max", "retry_jitter", "retry_kwargs",
        "store_errors_even_if_ignored", "throws", "track_started", "typing",
    }
)  # fmt: skip
"""Options that a task has for all of its sends, and that no send can change."""

_MEANT = {
    "delay": "countdown", "expire": "expires", "expires_in": "expires", "ttl": "expires",
    "hard_time_limit": "time_limit", "routing": "routing_key",
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

    ``way`` is the method. ``meant`` is one of Celery's; ``is_argument`` where it is a
    parameter of the task, ``is_of_task`` where it is an option of the task's decorator.
    """

    option: str
    way: str
    meant: str
    is_argument: bool

    @property
    def is_of_task(self) -> bool:
        """Whether the decorator of the task takes the option."""
        return self.option in OF_DECORATORS


def options_given_to_delay(sends: Sends, shapes: Shapes) -> Iterator[GivenToDelay]:
    """The calls of ``delay`` that raise TypeError for an option of ``apply_async``."""
    for each in sends.certain():
        found = {_options_of_delay(sent, sends, shapes) for sent in each}
        names = found.pop() if len(found) == 1 else ()
        if names:
            first, fits = each[0], all(_fits(sent, names, sends, shapes) for sent in each)
            yield GivenToDelay(first.path, first.at, first.within, names, first.way, fits)


def _options_of_delay(sent: Sent, sends: Sends, shapes: Shapes) -> tuple[str, ...]:
    if sent.way not in {"delay", "delay_on_commit"}:
        return ()
    if isinstance(sent.owner, Signature) and not sends.is_mutable(sent.owner):
        return ()  # an immutable one ignores what it is given
    takers = [shape for task in sends.takers(sent) if (shape := shapes.of(task))]
    names = (argument.name for argument in sent.given if argument.name in OPTIONS)
    return tuple(name for name in names if not all(each.takes(name) for each in takers))


def _fits(sent: Sent, names: tuple[str, ...], sends: Sends, shapes: Shapes) -> bool:
    """Whether the tasks take what is left once the options are gone."""
    passed = spread(each for each in sent.given if each.name not in names)
    takers = [shapes.of(task) for task in sends.takers(sent)]
    is_whole = sent.task is not None
    return all(shape and not passed.misfit(shape, is_whole=is_whole) for shape in takers)


def unknown_send_options(
    world: Surroundings, sends: Sends, bases: BaseClasses, shapes: Shapes
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
                yield UnknownOption(*place, name, first.way, meant, is_argument)


def _unknown(sent: Sent, bases: BaseClasses) -> Iterable[tuple[str, Span]]:
    if "stamped_headers" in sent.names or not _takes_options(sent, bases):
        return ()
    known = OF_SENDS | KNOWN
    if sent.task is not None or isinstance(sent.owner, AppValue):
        known -= _OF_CHORDS
    known |= _PARAMETERS.get(sent.way, frozenset())
    return [
        (argument.name, argument.at)
        for argument in _options_given(sent)
        if argument.name and "*" not in argument.name and argument.name not in known
    ]


_OF_CHORDS = frozenset({"eager", "interval", "max_retries"})
"""What the ``apply_async`` of a chord takes for how it waits, and no task's own."""
_OF_SIGNATURES = frozenset({"immutable", "options", "subtask_type", "type"})
_PARAMETERS = {
    "apply": frozenset({"logfile", "loglevel", "throw"}),
    "retry": frozenset({"exc", "max_retries", "throw"}),
    "set": frozenset({"immutable"}),
    "signature": _OF_SIGNATURES,
    "subtask": _OF_SIGNATURES,
}
"""What these methods take themselves, beside options of the send."""


def _options_given(sent: Sent) -> Iterator[Given]:
    """The keywords, and the keys of ``options={…}`` of a signature."""
    for argument in with_unpacked(sent.given, sent.path):
        entries = entries_of(argument.value) if argument.name == "options" else None
        if sent.way not in {"signature", "subtask"} or entries is None:
            yield argument
        for entry in entries or ():
            at = entry.place[1] if entry.place[0] == sent.path else argument.at
            yield Given(entry.name or "", entry.value, argument.node, at)


def _takes_options(sent: Sent, bases: BaseClasses) -> bool:
    """Whether Celery itself takes what else is given."""
    if sent.task is not None:
        is_taking = sent.way in PACKED | RUNS | {"signature", "subtask"}
        return is_taking and not bases.changes(sent.task, SENDS | {sent.way})
    if isinstance(sent.owner, AppValue):
        return sent.way in {"send_task", "signature"} and not bases.has_own_app
    if isinstance(sent.owner, External):
        return sent.way == "signature"
    return isinstance(sent.owner, Signature) and sent.way in {"apply_async", "set"}


def _is_argument(sent: Sent, name: str, shapes: Shapes) -> bool:
    shape = shapes.of(sent.task) if sent.task is not None else None
    return shape is not None and (name in shape.positional or name in shape.only)


def meant_by(name: str, sent: Sent) -> str:
    """The option that someone meant, and has not given too; empty where nobody can tell."""
    given = {argument.name for argument in sent.given}
    known = OPTIONS | _PARAMETERS.get(sent.way, frozenset())
    close = get_close_matches(name, sorted(known), n=1, cutoff=CLOSE)
    meant = _MEANT.get(name) or next(iter(close), "")
    return "" if meant in given else meant
