"""What evaluation notes of sends, where someone asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.noticed.waits import Send
from flake8_celery_get.model.sends.beat import BeatNotes
from flake8_celery_get.model.sends.sent_tasks import (
    definition_of,
    named_task,
    tasks_in,
    with_own_body,
)
from flake8_celery_get.model.values.values import (
    ClassValue,
    Closure,
    External,
    FunctionValue,
    Handle,
    Instance,
    Key,
    Method,
    Signature,
    TaskValue,
    Value,
)
from flake8_celery_get.source import code
from flake8_celery_get.source.code import Span

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given

Target: TypeAlias = "tuple[str, object]"
"""A task by its name, and its definition where that is known."""

ON_COMMIT = frozenset({"delay_on_commit", "apply_async_on_commit"})
_LINKS = frozenset({"link", "link_error"})
_OWN_CODE = (FunctionValue, Closure, ClassValue, Instance, TaskValue)
"""What the project's own code answers for: sends inside are noted when it runs."""


class SendingNotes:
    """Keeps which tasks each handle stands for, and what beat's schedules say.

    As all notes are, these are counted: what was noted on the way to an answer that is void
    counts no more.
    """

    def __init__(self) -> None:
        self._stand_for: dict[Key, dict[Target, int]] = {}
        self.beat = BeatNotes()

    def tasks_of(self, handle: Key) -> list[Target]:
        """The tasks that the handle made at a place stands for."""
        return list(self._stand_for.get(handle, ()))

    def noted(
        self,
        frame: Frame,
        function: Value,
        given: tuple[Given, ...],
        node: code.Call,
        value: Value,
    ) -> Value:
        """Note what a call sends; the value it gives, with the tasks inside a signature."""
        name = code.last_name(node.function)
        if name == "add_periodic_task":
            self.beat.added(frame, given, node)
        if isinstance(function, _OWN_CODE):
            return value
        members = list(_members(given))
        if _is_replacement(name, given):
            self.sent(frame, members, node.at, value)
            return value
        involved = [
            with_own_body(frame.symbol, each) for each in _of_callee(function, name, given)
        ]
        if isinstance(value, Signature):
            return replace(value, members=tuple(dict.fromkeys(involved + members)))
        if _is_send(frame, function, name, node, value):
            self.sent(frame, involved + members, node.at, value)
        if isinstance(value, Handle) and value.supposed:
            send = Send(frame.scope.path, node.at, "", None, supposed=True)
            frame.sent(send)
        return value

    def sent(
        self, frame: Frame, tasks: Iterable[TaskValue], at: Span, value: Value
    ) -> None:
        """Tasks are sent at this point; ``value`` is the handle, if there is one."""
        for task in dict.fromkeys(tasks):
            target = (task.name, definition_of(task))
            send = Send(frame.scope.path, at, *target)
            frame.sent(send)
            if isinstance(value, Handle):
                targets = self._stand_for.setdefault(value.key, {})
                frame.world.notes.count(targets, target)

    def joined(self, kind: str, parts: tuple[Value, ...]) -> Signature:
        """The canvas that ``first | second`` makes."""
        tasks = [task for part in parts for task in tasks_in(part)]
        return Signature(kind, members=tuple(dict.fromkeys(tasks)))


def _of_callee(function: Value, name: str, given: tuple[Given, ...]) -> Iterator[TaskValue]:
    """The tasks that what is called stands for, by itself or by the name it is given."""
    owner = function.owner if isinstance(function, Method) else function
    if isinstance(owner, TaskValue):
        yield owner
    elif isinstance(owner, Signature):
        yield from owner.members
    elif name in {"send_task", *celery_words.SIGNATURES} and given:
        yield from named_task(given[0].value)
    elif isinstance(function, External) and name in {*celery_words.SENDERS, *ON_COMMIT}:
        yield TaskValue(function.path.rpartition(".")[0])


def _members(given: tuple[Given, ...]) -> Iterator[TaskValue]:
    """The tasks of the signatures among arguments: a canvas, or what is linked."""
    for argument in given:
        bare = argument.name in _LINKS
        yield from tasks_in(argument.value, bare=bare)


def _is_send(
    frame: Frame, function: Value, name: str, node: code.Call, value: Value
) -> bool:
    if name in ON_COMMIT:
        owner = function.owner if isinstance(function, Method) else function
        is_outside = isinstance(function, External) and frame.world.may_be_task(
            frame.scope, function.path
        )
        return isinstance(owner, (TaskValue, Signature)) or is_outside
    if not isinstance(value, Handle) or value.supposed:
        return False
    here = (frame.scope.path, *node.at[:2])
    return value.key == here and value.origin not in {"applied", "rebuilt", "given"}


def _is_replacement(name: str, given: tuple[Given, ...]) -> bool:
    """``self.replace(signature)``: a task sends another in its own place."""
    return name in {"replace", "add_to_chord"} and any(
        isinstance(argument.value, Signature) for argument in given
    )
