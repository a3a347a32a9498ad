"""Sends of what never expires: nothing says how long a message may wait in its queue.

https://docs.celeryq.dev/en/stable/userguide/calling.html#expiration
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.sends.sending import for_this_send
from flake8_celery_get.model.sends.sends import ON_COMMIT, SendingNotes
from flake8_celery_get.model.sends.sent_tasks import definition_of
from flake8_celery_get.model.usage.listening import listen, words_in
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    AS_APP,
    UNSURE,
    AppValue,
    External,
    Method,
    Signature,
    TaskOptions,
    TaskValue,
    Value,
)
from flake8_celery_get.source import code, words

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.sends.beat import Scheduled
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.arguments import Given

_SENDS = frozenset({*celery_words.SENDERS, *ON_COMMIT, "send_task"})
_WORDS = re.compile(
    rf"\b(?:{'|'.join(sorted(_SENDS))})\b|\)\(|\b(?:group|chain|chord)\("
    rf"|\b(?:{'|'.join(sorted(words.SCHEDULES))})\b|[\"']schedule[\"']"
)
_ELSEWHERE = frozenset(
    {"task_annotations", "CELERY_TASK_ANNOTATIONS", "CELERY_ANNOTATIONS", "message_ttl",
     "x-message-ttl"}
)  # fmt: skip
"""Names of what can let all messages expire, or all of a queue."""

_SIGNAL = re.compile(rb"\bbefore_task_publish\b")
_BASE_OF_ALL = re.compile(rb"\.Task\s*=[^=]|\btask_cls\b")
_BASE = re.compile(rb"(?m)^\s*class\s+\w+\([^)]*Task\b[^)]*\):")
_SETS_EXPIRY = re.compile(rb"(?m)^[ \t]+expires\b|[\"']expires[\"']|def apply_async\b")


_CHANGES = re.compile(r"(?m)^[^#\n=(]*\.set\([^)]*expires|\.options\b|\[.options.\]")
"""Code that changes a signature in place."""


@dataclass(frozen=True, slots=True)
class Unexpiring(Note):
    """A send, or an entry of a schedule, that never expires: ``way`` is what sends.

    ``way`` is delay, apply_async, send_task, schedule, or canvas for one that is called.
    """

    way: str


class _Sends(Listener):
    """Hears of each call that sends, and of all that can be said of when that expires."""

    def __init__(self) -> None:
        self.said: dict[Unexpiring, set[str]] = {}

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        for option in options(function):
            way, expires = _way_and_expiry(option, given, node)
            if isinstance(_owner(option), Signature) and _changes_signatures(frame):
                expires = UNSURE
            if way:
                note = Unexpiring(frame.scope.path, node.at, frame.within, way)
                self.said.setdefault(note, set()).add(expires)


def _owner(function: Value) -> Value:
    return function.owner if isinstance(function, Method) else function


def _changes_signatures(frame: Frame) -> bool:
    """Whether the code around may say by another name when a signature expires."""
    around: Frame | None = frame
    while around is not None and around.symbol is None:
        around = around.parent
    source = frame.scope.source
    symbol = around.symbol if around is not None else None
    text = symbol.definition.text(source.lines) if symbol is not None else source.text
    return _CHANGES.search(text) is not None


def _way_and_expiry(
    function: Value, given: tuple[Given, ...], node: code.Call
) -> tuple[str, str]:
    if isinstance(function, Signature) and function.is_canvas:
        return "canvas", UNSURE if function.kind == "chord" else function.options.expires
    owner = _owner(function)
    name = function.name if isinstance(function, Method) else code.last_name(node.function)
    if name not in _SENDS:
        return "", ""
    way = name.removesuffix("_on_commit")
    if isinstance(owner, (TaskValue, Signature)):
        says = owner.options if way == "delay" else for_this_send(owner.options, given)
        return way, says.expires
    if way == "send_task" and _is_celerys(function):
        return way, for_this_send(TaskOptions(expires=AS_APP), given).expires
    return way, UNSURE


def _is_celerys(function: Value) -> bool:
    if isinstance(function, Method):
        return isinstance(function.owner, AppValue)
    return isinstance(function, External) and function.path.startswith("celery.")


def unexpiring_sends(world: World, tasks: Iterable[Defined]) -> Iterator[Unexpiring]:
    """The sends outside tests of what surely never expires."""
    if _may_expire_by_itself(world):
        return
    world.forget()
    heard, world.sending = _Sends(), SendingNotes()
    for path in _files(world):
        listen(world, heard, world.scope(path), words_in(world, path, _WORDS))
    beat, world.sending = world.sending.beat, None
    for note, said in heard.said.items():
        if said == {AS_APP}:
            yield note
    yield from _unexpiring_entries(beat.entries(), tasks)


def _files(world: World) -> Iterator[str]:
    project = world.project
    paths = {*project.celery_files(), *project.mentioning(set(words.SCHEDULES))}
    for path in sorted(paths):
        sends = words_in(world, path, _WORDS)
        if not world.is_test(path) and project.source(path).holds(sends):
            yield path


def _unexpiring_entries(
    entries: Iterable[Scheduled], tasks: Iterable[Defined]
) -> Iterator[Unexpiring]:
    """The entries of schedules whose tasks are known, and say nothing either."""
    by_symbol = {task.symbol: task for task in tasks}
    by_name = {task.name: task for task in by_symbol.values()}
    for entry in entries:
        definition = definition_of(entry.task)
        task = by_name.get(entry.task.name)
        if isinstance(definition, FunctionSymbol):
            task = by_symbol.get(definition)
        if entry.expires == AS_APP and task is not None and task.options.expires == AS_APP:
            yield Unexpiring(entry.path, entry.at, None, "schedule")


def _may_expire_by_itself(world: World) -> bool:
    """Whether something outside the sends may let messages expire."""
    if any(not world.is_test(path) for path in world.project.mentioning(set(_ELSEWHERE))):
        return True
    setting = _holding(world, _SETS_EXPIRY)
    if setting & _holding(world, _SIGNAL):
        return True
    return bool(_holding(world, _BASE_OF_ALL)) and bool(setting & _holding(world, _BASE))


def _holding(world: World, pattern: re.Pattern[bytes]) -> set[str]:
    """The files outside tests that hold a pattern."""
    paths = world.project.celery_files(pattern)
    return {path for path in paths if not world.is_test(path)}
