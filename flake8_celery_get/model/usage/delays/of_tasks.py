"""The delays of retries, and the time limits, that tasks and their classes declare.

https://docs.celeryq.dev/en/stable/userguide/tasks.html#automatic-retry-for-known-exceptions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes.task_options import base_of
from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.settings.answers import SetTo
from flake8_celery_get.model.usage.declarations.class_options import attributes
from flake8_celery_get.model.usage.delays.delay import Delay
from flake8_celery_get.model.usage.written.numbers import number_in, number_of
from flake8_celery_get.model.usage.written.said_options import said_options
from flake8_celery_get.model.values.mappings import entries_of
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import App
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.definitions import ClassSymbol
    from flake8_celery_get.model.values.values import Value
    from flake8_celery_get.source.code import Span

LIMITS = ("time_limit", "soft_time_limit")
"""The hard limit first: the soft one is below it."""


@dataclass(frozen=True, slots=True)
class _Said:
    """The value of an option, where it is evaluated, and where it is set."""

    node: code.Expression
    frame: Frame
    at: Span

    def seconds(self) -> float | None:
        """The number that it surely is."""
        return number_of(self.frame, self.node)

    def value(self) -> Value:
        """What it is."""
        with self.frame.world.looking_deep():
            return self.frame.evaluate(self.node)

    def is_(self, value: bool | None) -> bool:
        """Whether it is this constant."""
        return isinstance(self.node, code.Constant) and self.node.value is value

    def delay(self, what: str, seconds: float | None) -> Iterator[Delay]:
        """The delay of so many seconds that it causes, if any."""
        if seconds is not None:
            yield Delay(self.frame.scope.path, self.at, None, what, seconds)


_Options = Mapping[str, _Said]


def delays_of(world: Surroundings, app: App, task: Defined) -> Iterator[Delay]:
    """How long retries of a task wait, and how long it runs before it is acknowledged."""
    kind = task.kind or base_of(world, task.symbol)
    said = _of_class(world, kind) if kind is not None else {}
    frame, own = said_options(world, task)
    said |= {name: _Said(each.value, frame, each.at) for name, each in own.items()}
    yield from _of_retries(said, _retries_itself(task))
    if _acknowledges_late(app, task, kind, said):
        for name in LIMITS & said.keys():
            yield from said[name].delay(name, said[name].seconds())


def _of_class(world: Surroundings, symbol: ClassSymbol) -> dict[str, _Said]:
    """The attributes of a class, and of its bases in the project."""
    found = attributes(world, symbol).items()
    return {name: _Said(node, frame, at) for name, (frame, node, at) in found}


def _retries_itself(task: Defined) -> bool:
    return ".retry(" in task.symbol.definition.text(task.symbol.scope.source.lines)


def _of_retries(said: _Options, retries_itself: bool) -> Iterator[Delay]:
    """The delays of ``self.retry()`` and of automatic retries, which may back off instead."""
    is_automatic = "autoretry_for" in said
    backs_off = "retry_backoff" in said and not said["retry_backoff"].is_(False)
    name = "default_retry_delay"
    if name in said and (retries_itself or not (is_automatic and backs_off)):
        yield from said[name].delay(name, said[name].seconds())
    if is_automatic and backs_off:
        yield from _of_backoff(said)
    elif is_automatic and "retry_kwargs" in said:
        countdown = _retry_option(said, "countdown")
        yield from said["retry_kwargs"].delay("countdown", countdown)


def _of_backoff(said: _Options) -> Iterator[Delay]:
    """The longest delay of a backoff, where the last retry gets there."""
    first, longest = said["retry_backoff"], said.get("retry_backoff_max")
    most = longest.seconds() if longest is not None else None
    factor = 1.0 if first.is_(True) else first.seconds()
    if longest is None or most is None or factor is None:
        return
    retries = _most_retries(said)
    if retries is None:
        return
    if max(factor, 1) * 2.0 ** (min(retries, _ENDLESS) - 1) >= most:
        yield from longest.delay("retry_backoff_max", most)


_ENDLESS = 100.0
_DEFAULT_RETRIES = 3.0


def _most_retries(said: _Options) -> float | None:
    """How often a task is retried automatically; None where nobody can tell."""
    if "retry_kwargs" in said:
        return _retry_option(said, "max_retries", _DEFAULT_RETRIES)
    if "max_retries" not in said:
        return _DEFAULT_RETRIES
    is_endless = said["max_retries"].is_(None)
    return _ENDLESS if is_endless else said["max_retries"].seconds()


def _retry_option(said: _Options, name: str, default: float | None = None) -> float | None:
    """A number among ``retry_kwargs``."""
    entries = entries_of(said["retry_kwargs"].value())
    if entries is None or any(entry.name is None for entry in entries):
        return None
    found = {entry.name: entry.value for entry in entries}
    return number_in(found[name]) if name in found else default


def _acknowledges_late(
    app: App, task: Defined, kind: ClassSymbol | None, said: _Options
) -> bool:
    """Whether a task or its class says so, or leaves it to its app, which does."""
    if "acks_late" in said:
        return said["acks_late"].is_(True)
    is_known = kind is not None or "base" not in task.keywords.others
    return is_known and task.leaves("acks_late") and is_late(app)


def is_late(app: App) -> bool:
    """Whether an app acknowledges the messages of all tasks late."""
    late = app.setting("task_acks_late")
    return isinstance(late, SetTo) and late.value is True and not late.may_differ
