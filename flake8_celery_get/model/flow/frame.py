"""One run through a function body: what its names stand for, and what it has met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from flake8_celery_get.model.known.celery_words import READY_STATES
from flake8_celery_get.model.noticed.waits import JoinAllowance, Outcome, Read, Send, Wait
from flake8_celery_get.model.values.final_states import FinalStates, implied, possible
from flake8_celery_get.model.values.lasting import carries
from flake8_celery_get.model.values.loops.names import LoopNames
from flake8_celery_get.model.values.parts import either, keys_in, options
from flake8_celery_get.model.values.values import (
    EVERY_HANDLE,
    SUCCEEDED,
    UNKNOWN,
    Handle,
    Items,
    Key,
    Literal,
    Truth,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope
    from flake8_celery_get.model.values.values import Closure, FunctionValue, Instance
    from flake8_celery_get.source import code
    from flake8_celery_get.source.code import Span

FINISHED = "finished"
_SENT_HERE = frozenset({"sent", "canvas"})
Names = dict[str, Value]


@dataclass(slots=True)
class State:
    """What is known at one point of the flow; ``reached`` is false after a ``return``.

    ``final`` are the final states of a polled task in which the flow can come here,
    ``asked`` the handles that were asked for their state since the loop around began.
    """

    names: Names = field(default_factory=dict)
    finished: frozenset[Key] = frozenset()
    reached: bool = True
    final: FinalStates = READY_STATES
    asked: frozenset[Key] = frozenset()

    def copy(self) -> State:
        """A state that can go another way."""
        names = dict(self.names)
        return State(names, self.finished, self.reached, self.final, self.asked)


def join(states: list[State]) -> State:
    """What is known where several ways meet; ways that end before don't count."""
    live = [state for state in states if state.reached]
    if len(live) <= 1:
        return live[0] if live else State(reached=False)
    names = _joined_names([state.names for state in live])
    finished = frozenset.intersection(*(state.finished for state in live))
    final = frozenset().union(*(state.final for state in live))
    asked = frozenset().union(*(state.asked for state in live))
    return State(names, finished, final=final, asked=asked)


def _joined_names(ways: list[Names]) -> Names:
    """What names stand for where several ways meet: most were bound before they parted."""
    first, *others = ways
    changed: dict[str, None] = {}
    for names in others:
        changed |= {name: None for name in names if names[name] is not first.get(name)}
        changed |= dict.fromkeys(first.keys() - names.keys())
    joined = {name: either(names.get(name, UNKNOWN) for names in ways) for name in changed}
    return first | joined


class Frame:
    """Evaluates nothing itself: it is the place where evaluation keeps its notes.

    ``within`` tells whose body is run: a function's symbol, or the code of an inner one.
    ``branches`` are those that the run is in at this point, the outermost first.
    ``callbacks`` are the functions that objects of unread packages are made with, and
    ``inherited`` whose methods only a base outside the project can have. ``discarded`` is the
    expression whose value nobody uses.
    ``decided`` is the code that the tests decide about which are evaluated at this point.
    ``filled`` are the module's containers that the run puts something into, ``globals`` the
    names that it binds in the module, ``outer`` those that it binds in a function around,
    ``parts`` the dotted names that it has bound so far.
    ``asked`` are the handles that were asked for their state, ``made`` the keys of new ones.
    ``at_base`` is what is finished at each call of the base's method of the same name.
    """

    def __init__(
        self,
        world: Surroundings,
        scope: Scope,
        parent: Frame | None = None,
        owner: Value | None = None,
        symbol: FunctionSymbol | None = None,
        within: object = None,
    ) -> None:
        self.world = world
        self.scope = scope
        self.parent = parent
        self.owner = owner
        self.symbol = symbol
        self.within = symbol or within
        self.state = State()
        self.waits: dict[Wait, None] = {}
        self.reads: set[tuple[str, Span]] = set()
        self.sends: dict[tuple[object, ...], Send] = {}
        self.allowances: list[JoinAllowance] = []
        self.inner: list[Closure] = []
        self.asked: dict[Key, Handle] = {}
        self.made: set[Key] = set()
        self.returns: list[tuple[Value, State]] = []
        self.yields: list[Value] = []
        self.loops: list[Loop] = []
        self.allowing = 0
        self.catching = 0
        self.branches: list[int] = []
        self.decided: list[Sequence[code.Node]] = []
        self.callbacks: dict[str, list[FunctionValue | Closure]] = {}
        self.inherited: dict[code.Node, Instance] = {}
        self.discarded: code.Node | None = None
        self.handed_in: set[Key] = set()
        self.taken: set[Key] = set()
        self.filled: set[str] = set()
        self.globals: set[str] = set()
        self.outer: set[str] = set()
        self.parts: set[str] = set()
        self.at_base: list[frozenset[Key]] = []

    @contextmanager
    def branch(self, body: object) -> Iterator[None]:
        """What follows runs on some ways only; ``body`` tells the branch from others."""
        self.branches.append(id(body))
        try:
            yield
        finally:
            self.branches.pop()

    @contextmanager
    def trying(self, *, catches: bool) -> Iterator[None]:
        """What follows runs in a ``try``, which may handle Celery's RuntimeError."""
        self.catching += catches
        try:
            yield
        finally:
            self.catching -= catches

    @contextmanager
    def deciding(self, *nodes: code.Node) -> Iterator[None]:
        """What follows is evaluated as a test that decides whether ``nodes`` are run."""
        self.decided.append(nodes)
        try:
            yield
        finally:
            self.decided.pop()

    def came_from_outside(self, value: Value) -> bool:
        """Whether a caller or an object gave the handle: another time it is another."""
        return self.was_handed_in(value) or not self.taken.isdisjoint(keys_in(value))

    def was_handed_in(self, value: Value) -> bool:
        """Whether a caller gave the handle, here or around here."""
        frame: Frame | None = self
        while frame is not None:
            if frame.handed_in and not frame.handed_in.isdisjoint(keys_in(value)):
                return True
            frame = frame.parent
        return False

    def method_around(self) -> tuple[FunctionSymbol, Value] | None:
        """The method that runs here or around here, and what it is bound to."""
        frame: Frame | None = self
        while frame is not None:
            if frame.symbol is not None and frame.owner is not None:
                return frame.symbol, frame.owner
            frame = frame.parent
        return None

    def place(self) -> tuple[int, int]:
        """The line and column of the method or function that runs here or around here."""
        frame: Frame | None = self
        while frame is not None:
            if frame.symbol is not None:
                return frame.symbol.definition.line, frame.symbol.definition.column
            frame = frame.parent
        return 0, 0

    def lookup(self, name: str) -> Value:
        """What ``name`` stands for here: local, of a function around, of the module."""
        frame: Frame | None = self
        while frame is not None:
            value = frame.state.names.get(name)
            if value is not None:
                return value
            frame = frame.parent
        return self.world.names.lookup(self.scope, name)

    def evaluate(self, node: code.Expression) -> Value:
        """The value of an expression at this point; waits inside it are noted."""
        return self.world.evaluate(self, node)

    def called(self, value: Value, given: tuple[Given, ...], node: code.Call) -> Value:
        """What calling ``value`` at this point gives."""
        return self.world.called(self, value, given, node)

    def bind(self, name: str, value: Value) -> None:
        """Let ``name`` stand for ``value``; what was known of its attributes is gone."""
        self.narrow(name, value)
        prefix = name + "."
        for part in self.parts:
            if part.startswith(prefix):
                self.state.names.pop(part, None)
        self._forget_ids_made_of(name)

    def narrow(self, name: str, value: Value) -> None:
        """Let ``name`` stand for ``value``, which says more of what it stood for before."""
        self.state.names[name] = value
        if "." in name:
            self.parts.add(name)

    def _forget_ids_made_of(self, name: str) -> None:
        if name in self.world.seen.names_in_ids and self.state.finished:
            self.state.finished = frozenset(
                key
                for key in self.state.finished
                if key[:1] != ("id",) or name not in key[2]  # type: ignore[operator]
            )

    def is_finished(self, handle: Handle) -> bool:
        """Whether ``handle`` is known to be finished at this point."""
        finished = self.state.finished
        key = handle.key
        if key[-1:] == (FINISHED,):
            return True
        if not finished:
            return False
        starts = (key[:length] for length in range(len(key), 0, -1))
        return EVERY_HANDLE in finished or any(start in finished for start in starts)

    def as_run(self, handle: Handle) -> Handle:
        """The handle; where only an app that runs tasks in place gets here, one of such a task."""
        is_eager = EVERY_HANDLE in self.state.finished and handle.origin in _SENT_HERE
        return replace(handle, origin="applied") if is_eager else handle

    def has_succeeded(self, handle: Handle) -> bool:
        """Whether ``handle`` is known to be that of a task that did not fail."""
        return (*handle.key, SUCCEEDED) in self.state.finished

    def as_known(self, value: Value) -> Value:
        """The value as it is stored away: that a handle is finished goes with it."""
        is_finished = isinstance(value, Handle) and self.is_finished(value)
        return as_finished(value) if is_finished else value

    def assume(self, condition: Value, holds: bool) -> None:
        """Go on where ``condition`` turned out as ``holds``."""
        known = implied(condition, holds)
        if known is None:
            self.state.reached = False
        else:
            self.state.finished |= known
        self.state.final &= possible(condition, holds)

    def may_leave_loops(self) -> None:
        """Here the flow can leave all loops at once: by a return or an exception."""
        for loop in self.loops:
            loop.ends_in |= self.state.final

    def started(self, handle: Handle) -> Handle:
        """A handle has come into being: earlier knowledge of its place is void."""
        self.state.finished -= {handle.key, (*handle.key, SUCCEEDED)}
        self.made.add(handle.key)
        for loop in self.loops:
            loop.made.add(handle.key)
        return handle

    def peeked(self, handle: Handle, names: frozenset[str]) -> None:
        """A handle, got by ``names``, was asked for its state.

        A loop that binds one of the names asks another handle each time, unless it makes
        the handle anew from the same id.
        """
        self.state.asked |= {handle.key}
        self.asked.setdefault(handle.key, handle)
        for loop in self.loops:
            asked = loop.rebuilt.get(handle.key, names)
            if not asked & loop.names.renewed:
                loop.polled.setdefault(handle.key, handle)

    def met(self, wait: Wait) -> None:
        """A wait was found, here or behind a call."""
        self.waits.setdefault(wait)
        self.reads.add((wait.read.path, wait.read.at))

    def sent(self, send: Send) -> None:
        """A send was found, here or behind a call."""
        known = self.sends.get(send.key)
        self.sends[send.key] = send if known is None else known.joined(send)

    def take_over(self, inner: Frame) -> None:
        """What a class body inside this run has met was met by this run."""
        for wait in inner.waits:
            self.met(wait)
        for send in inner.sends.values():
            self.sent(send)
        self.allowances += inner.allowances
        self.inner += inner.inner

    def read(self, read: Read, *, allowed: bool = False) -> None:
        """A handle is waited for at this point."""
        guarded, succeeded = self.is_finished(read.handle), self.has_succeeded(read.handle)
        is_allowed, is_caught = allowed or self.allowing > 0, self.catching > 0
        self.met(Wait(read, (), guarded, is_allowed, succeeded, is_caught))
        self.may_leave_loops()
        if not (read.is_poll or read.handle.supposed):
            self.state.finished |= {read.handle.key}

    @contextmanager
    def looping(self, names: LoopNames) -> Iterator[Loop]:
        """Keep notes for a loop around what follows, which binds ``names``."""
        loop = Loop(names)
        self.state.asked = frozenset()
        self.loops.append(loop)
        self.state.final = READY_STATES
        try:
            yield loop
        finally:
            self.loops.pop()
            self.state.final = READY_STATES

    def outcome(self, is_generator: bool) -> Outcome:
        """What the run comes to, for whoever called."""
        if self.state.reached:
            self.returns.append((Literal(None), self.state))
        live = [state for _, state in self.returns]
        finished = (
            frozenset.intersection(*(s.finished for s in live)) if live else frozenset()
        )
        value = self._yielded() if is_generator else self._returned()
        return Outcome(
            value,
            tuple(self.waits),
            tuple(self.allowances),
            finished,
            frozenset(self.reads),
            tuple(self.inner),
            tuple(self.sends.values()),
            self._told_by(value),
            frozenset.intersection(*self.at_base) if self.at_base else frozenset(),
        )

    def _told_by(self, value: Value) -> tuple[Handle, ...]:
        """The handles of others whose state the value tells, as this run has asked them."""
        keys = set(keys_in(value)) - self.made
        return tuple(each for key, each in self.asked.items() if key in keys)

    def _yielded(self) -> Value:
        return Items((either(self.yields),))

    def _returned(self) -> Value:
        value = either(value for value, _ in self.returns)
        possible = options(value)
        if any(map(carries, possible)) or not any(map(_is_condition, possible)):
            return value
        return Truth(
            self._known_after(True),
            self._known_after(False),
            self._final_after(True),
            self._final_after(False),
        )

    def _final_after(self, outcome: bool) -> FinalStates:
        ways = (possible(value, outcome) & state.final for value, state in self.returns)
        return frozenset().union(*ways)

    def _known_after(self, outcome: bool) -> frozenset[Key]:
        ways = [
            known | state.finished
            for value, state in self.returns
            if (known := implied(value, outcome)) is not None
        ]
        return frozenset.intersection(*ways) if ways else frozenset()


def as_finished(value: Value) -> Value:
    """The same value, of which everybody knows that it is finished if it is a handle."""
    if not isinstance(value, Handle) or value.key[-1:] == (FINISHED,):
        return value
    return replace(value, key=(*value.key, FINISHED))


def frame_of(closure: Closure) -> Frame:
    """The run in which an inner function is defined: nothing else makes closures."""
    return cast("Frame", closure.frame)


@dataclass(slots=True, eq=False)
class Loop:
    """Notes on a loop: its names, handles made and polled, states at its jumps, sleep.

    ``ends_in`` are the final states of a polled task in which the loop can end.
    """

    names: LoopNames = field(default_factory=LoopNames)
    made: set[Key] = field(default_factory=set)
    rebuilt: dict[Key, frozenset[str]] = field(default_factory=dict)
    polled: dict[Key, Handle] = field(default_factory=dict)
    breaks: list[State] = field(default_factory=list)
    continues: list[State] = field(default_factory=list)
    ends_in: FinalStates = frozenset()
    sleeps: bool = False
    awaits: bool = False


def _is_condition(value: Value) -> bool:
    if isinstance(value, Literal):
        return isinstance(value.value, bool)
    return isinstance(value, Truth)
