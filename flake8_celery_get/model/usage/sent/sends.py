"""Every send, and every signature that is built, with the task it is for and what it gives.

One walk for all rules: whatever holds a word that sends is evaluated once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.sends.sends import ON_COMMIT
from flake8_celery_get.model.sends.sent_tasks import definition_of, with_own_body
from flake8_celery_get.model.usage.listening import listen, words_in
from flake8_celery_get.model.usage.sent.canvases import Roles, canvas_of
from flake8_celery_get.model.usage.sent.naive_times import Times
from flake8_celery_get.model.usage.sent.old_methods import OldMethods
from flake8_celery_get.model.usage.sent.on_commit import SentNow
from flake8_celery_get.model.usage.sent.partials import Hooks, is_partial
from flake8_celery_get.model.usage.sent.unsent import Unsent
from flake8_celery_get.model.values.arguments import named_by_place
from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    AppValue,
    External,
    Method,
    Signature,
    TaskValue,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.values import Place, Value

SPREAD = frozenset({"delay", "delay_on_commit", "s", "si"})
"""What takes the task's own arguments."""
PACKED = frozenset({"apply_async", "apply_async_on_commit"})
BUILDS = frozenset({"s", "si", "signature", "subtask"})
REPEATS = frozenset({"chunks", "map", "starmap"})
"""What builds a signature that calls the task for each item."""
RUNS = frozenset({"apply", "retry"})
WAYS = SPREAD | PACKED | BUILDS | REPEATS | RUNS | ON_COMMIT | {"send_task", "set"}

CALL = "()"
"""How a canvas is sent that is called."""
_STARTS = frozenset({"chain", "chord", "group"})

_WORDS = re.compile(
    r"\bpartial\(\s*[\w.]+\.(?:delay|apply_async|delay_on_commit|apply_async_on_commit|si?)\b"
    r"|(?m:=\s*[\w.]+\.(?:delay|apply_async)[ \t]*$)"
    r"|\.(?:delay|apply_async|delay_on_commit|apply_async_on_commit|send_task|si?|signature|subtask"
    r"|apply|retry|map|starmap|chunks|add_periodic_task)\("
    r"|\beta=|(?<![\w.])(?:celery\.|canvas\.)*(?:chain|chord|group|[sS]ignature|subtask)\("
)


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """One send: ``way`` is the method, ``task`` is None where a signature or an app sends.

    For ``celery.signature``, the owner is that function. ``signed`` is the task of a signature.
    """

    path: str
    at: code.Span
    within: object
    way: str
    task: Defined | None
    given: tuple[Given, ...]
    owner: Value
    signed: Defined | None = None

    @property
    def names(self) -> frozenset[str]:
        """The keywords that are given; ``"*"`` and ``"**"`` where more may come."""
        return frozenset(argument.name for argument in self.given if argument.name)


@dataclass(slots=True)
class Sends(Listener):
    """Hears of each call that sends or builds a signature.

    A place has several where what stands there can be several things; None is anything else.
    The ``prepared`` ones are sends that ``partial`` has given their first arguments.
    """

    tasks: Mapping[FunctionSymbol | ClassSymbol, Defined]
    roles: Roles = field(default_factory=Roles)
    times: Times = field(default_factory=Times)
    sent_now: SentNow = field(default_factory=SentNow)
    unsent: Unsent = field(default_factory=Unsent)
    old_methods: OldMethods = field(default_factory=OldMethods)
    hooks: Hooks = field(default_factory=Hooks)
    found: dict[Place, list[Sent | None]] = field(default_factory=dict)
    prepared: dict[Place, list[Sent | None]] = field(default_factory=dict)
    started: dict[Place, list[Sent | None]] = field(default_factory=dict)
    """Calls of a canvas, which send it: ``chord(header)(body)``."""

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        self.roles.called(frame, function, given, node)
        self.times.called(frame, function, given, node)
        self.sent_now.called(frame, function, given, node)
        self.unsent.called(frame, function, given, node)
        self.old_methods.called(frame, function, given, node)
        self.hooks.called(frame, function, given, node)
        if is_partial(function, given):
            self._prepared(frame, given, node)
        self._called_itself(frame, function, given, node)
        if code.last_name(node.function) == "add_periodic_task" and len(given) > 1:
            self._scheduled(frame, given, node)
            return
        for option in options(function):
            sent = None
            if isinstance(option, Method) and option.name in WAYS and not option.filled:
                sent = self._sent(frame, option, given, node)
            elif isinstance(option, External) and canvas_of(option) == "task":
                at = frame.scope.path, node.at, frame.within
                sent = Sent(*at, "signature", None, given, option)
            place = frame.scope.path, node.at
            if sent is not None or place in self.found or len(options(function)) > 1:
                self.found.setdefault(place, []).append(sent)

    def joined(self, frame: Frame, left: Value, right: Value, node: code.Binary) -> None:
        """``left | right`` was evaluated."""
        self.roles.joined(frame, left, right, node)
        self.unsent.joined(frame, left, right, node)

    def dropped(self, frame: Frame, value: Value, node: code.Expression) -> None:
        """An expression was evaluated whose value goes nowhere."""
        self.unsent.dropped(frame, value, node)

    def _called_itself(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        for option in options(function):
            if isinstance(option, Signature) and option.kind in _STARTS:
                at = frame.scope.path, node.at, frame.within
                sent = Sent(*at, CALL, None, given, option)
                self.started.setdefault((frame.scope.path, node.at), []).append(sent)

    def _prepared(self, frame: Frame, given: tuple[Given, ...], node: code.Call) -> None:
        """``partial(task.delay, x)``: a send that may get more arguments."""
        for option in options(given[0].value):
            sent = None
            if isinstance(option, Method) and not option.filled:
                is_send = option.name in SPREAD | PACKED
                sent = self._sent(frame, option, given[1:], node) if is_send else None
            self.prepared.setdefault((frame.scope.path, node.at), []).append(sent)

    def _sent(
        self, frame: Frame, method: Method, given: tuple[Given, ...], node: code.Call
    ) -> Sent | None:
        owner, path = method.owner, frame.scope.path
        task = signed = None
        if isinstance(owner, TaskValue):
            task = self._task(with_own_body(frame.symbol, owner))
            if task is None or method.name == "set":
                return None
        elif isinstance(owner, Signature):
            is_one = owner.kind == "task" and method.name != "apply"
            signed = self._task(TaskValue(owner.name, owner.body)) if is_one else None
        elif not isinstance(owner, AppValue):
            return None
        return Sent(path, node.at, frame.within, method.name, task, given, owner, signed)

    def _scheduled(self, frame: Frame, given: tuple[Given, ...], node: code.Call) -> None:
        """``add_periodic_task(10, task, args)`` sends a bare task as ``apply_async`` does."""
        owner = given[1].value
        task = self._task(owner) if isinstance(owner, TaskValue) else None
        if task is not None and not given[1].name:
            said = (*named_by_place(given, {"args": 2, "kwargs": 3}), *given[2:])
            passed = tuple(
                each for each in said if each.name in {"args", "kwargs", "*", "**"}
            )
            sent = Sent(
                frame.scope.path, node.at, frame.within, "apply_async", task, passed, owner
            )
            self.found.setdefault((sent.path, sent.at), []).append(sent)

    def _task(self, value: TaskValue) -> Defined | None:
        symbol = definition_of(value)
        if isinstance(symbol, (FunctionSymbol, ClassSymbol)):
            return self.tasks.get(symbol)
        return None

    def takers(self, sent: Sent) -> list[Defined]:
        """The tasks that get what a send gives: those in front where a canvas is sent."""
        one = sent.task or sent.signed
        if one is not None or not isinstance(sent.owner, Signature):
            return [one] if one is not None else []
        tasks = [built.task for built in self._built(sent.owner) if built is not None]
        return [task for task in tasks if task is not None]

    def _built(self, signature: Signature) -> list[Sent | None]:
        """The calls that build what gets the arguments of a send."""
        return [each for head in signature.heads for each in self.found.get(head[:2], ())]

    def is_mutable(self, signature: Signature) -> bool:
        """Whether a signature surely takes more arguments than it was built with."""
        built = self._built(signature)
        return bool(built) and all(
            each is not None and each.way != "si" and not {"immutable", "**"} & each.names
            for each in built
        )

    def certain(self) -> Iterator[list[Sent]]:
        """The sends of each place where nothing else can be meant."""
        return _certain(self.found)

    def certainly_prepared(self) -> Iterator[list[Sent]]:
        """The same of those that ``partial`` prepares."""
        return _certain(self.prepared)

    def filled(self) -> Iterator[list[Sent]]:
        """The same with the arguments that no caller of the ``partial`` can replace."""
        for each in self.certainly_prepared():
            is_complete = (each[0].path, each[0].at) in self.hooks.complete
            yield each if is_complete else [by_place(sent) for sent in each]


def by_place(sent: Sent) -> Sent:
    """The same without what a caller of a ``partial`` can replace, as it is given by name."""
    return replace(sent, given=tuple(each for each in sent.given if not each.name))


def _certain(places: Mapping[Place, list[Sent | None]]) -> Iterator[list[Sent]]:
    for found in places.values():
        sent = [each for each in found if each is not None]
        if sent and len(sent) == len(found):
            yield sent


def heard_sends(world: World, tasks: Iterable[Defined]) -> Sends:
    """All sends of a project, its test code left out."""
    sends = Sends({task.kind or task.symbol: task for task in tasks})
    world.forget()
    for path in sorted(world.project.celery_files()):
        words = words_in(world, path, _WORDS)
        if not world.is_test(path) and world.project.source(path).holds(words):
            listen(world, sends, world.scope(path), words)
    return sends
