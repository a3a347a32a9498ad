"""What evaluation notes of beat's schedules, where someone asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.sends.sent_tasks import named_task, tasks_in
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.mappings import entries_of
from flake8_celery_get.model.values.values import (
    AS_APP,
    UNSURE,
    Literal,
    Signature,
    TaskValue,
    Value,
)
from flake8_celery_get.source import code
from flake8_celery_get.source.code import Span

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A task that beat sends: the entry's name, the task, and when, as it is written.

    ``expires`` is AS_APP where the entry does not say when what it sends expires. ``given``
    are its ``args`` and ``kwargs``, where it is a dict that is written out, and ``options``
    those of its sends, where they all are known.
    """

    path: str
    at: Span
    name: str
    task: TaskValue
    when: code.Expression
    expires: str = UNSURE
    given: tuple[Given, ...] | None = None
    options: tuple[Given, ...] = ()


class BeatNotes:
    """Keeps the entries of all schedules, wherever they are written down."""

    def __init__(self) -> None:
        self._entries: dict[Scheduled, int] = {}
        self._names: dict[tuple[str, Span, str], int] = {}

    def entries(self) -> list[Scheduled]:
        """The entries by their places, with the names that their schedules give them."""
        names = {(path, at): name for path, at, name in self._names}
        found = {(each.path, each.at, each.task.name): each for each in self._entries}
        return [
            replace(each, name=names.get((each.path, each.at), each.name))
            for _, each in sorted(found.items(), key=lambda item: item[0])
        ]

    def mapped(self, frame: Frame, node: code.Mapping, values: list[Value]) -> None:
        """A dict was met: an entry of a schedule, or the schedule that names its entries."""
        path = frame.scope.path
        parts: dict[object, tuple[code.Expression, Value]] = {}
        for key, part, value in zip(node.keys, node.values, values, strict=True):
            if isinstance(key, code.Constant):
                parts[key.value] = (part, value)
                if isinstance(part, code.Mapping):
                    self._name(frame, part.at, str(key.value))
        if "task" in parts and "schedule" in parts:
            for task in named_task(parts["task"][1]):
                when, expires = parts["schedule"][0], _expiry(parts, node)
                given, said = _given(parts, node), _options(parts, path)
                entry = Scheduled(path, node.at, "", task, when, expires, given, said)
                self._add(frame, entry)

    def assigned(self, frame: Frame, node: code.Assign) -> None:
        """``schedule["name"] = {…}`` names an entry."""
        target = node.targets[0]
        index = target.index if isinstance(target, code.Subscript) else None
        if isinstance(node.value, code.Mapping) and isinstance(index, code.Constant):
            self._name(frame, node.value.at, str(index.value))

    def added(self, frame: Frame, given: Sequence[Given], node: code.Call) -> None:
        """``add_periodic_task(schedule, signature, name=…)`` was called."""
        when, signature = _argument(given, 0, "schedule"), _argument(given, 1, "sig")
        if when is None or signature is None:
            return
        said = _argument(given, len(given), "name")
        is_known = said is not None and isinstance(said.value, Literal)
        name = str(said.value.value) if is_known else ""  # type: ignore[union-attr]
        expires = _expiry_of_signature(signature.value, given)
        for task in tasks_in(signature.value):
            here = frame.scope.path
            self._add(frame, Scheduled(here, node.at, name, task, when.node, expires))

    def _add(self, frame: Frame, entry: Scheduled) -> None:
        frame.world.notes.count(self._entries, entry)

    def _name(self, frame: Frame, at: Span, name: str) -> None:
        frame.world.notes.count(self._names, (frame.scope.path, at, name))


def _given(
    parts: dict[object, tuple[code.Expression, Value]], node: code.Mapping
) -> tuple[Given, ...] | None:
    """The arguments of an entry; None where more may be unpacked."""
    if None in node.keys:
        return None
    places = {
        key.value: at
        for key, at in zip(node.keys, node.places, strict=True)
        if isinstance(key, code.Constant)
    }
    return tuple(
        Given(name, parts[name][1], parts[name][0], places[name])
        for name in ("args", "kwargs")
        if name in parts
    )


def _options(
    parts: dict[object, tuple[code.Expression, Value]], path: str
) -> tuple[Given, ...]:
    """The ``options`` of an entry; none where more may be unpacked."""
    node, value = parts.get("options", (None, None))
    entries = entries_of(value) if value is not None else None
    if node is None or entries is None or any(each.is_open for each in entries):
        return ()
    return tuple(
        Given(each.name or "", each.value, node, each.place[1])
        for each in entries
        if each.place[0] == path
    )


def _expiry(parts: dict[object, tuple[code.Expression, Value]], node: code.Mapping) -> str:
    """What the ``options`` of an entry say, as far as they are written out."""
    if None in node.keys:
        return UNSURE
    if "options" not in parts:
        return AS_APP
    entries = entries_of(parts["options"][1])
    if entries is None or any(each.is_open or each.name == "expires" for each in entries):
        return UNSURE
    return AS_APP


def _expiry_of_signature(signature: Value, given: Sequence[Given]) -> str:
    if {"expires", "**"} & {argument.name for argument in given}:
        return UNSURE
    if isinstance(signature, (Signature, TaskValue)):
        return signature.options.expires
    return UNSURE


def _argument(given: Sequence[Given], place: int, name: str) -> Given | None:
    """An argument by its keyword, else by its place."""
    for position, argument in enumerate(given):
        if argument.name == name or (position == place and not argument.name):
            return argument
    return None
