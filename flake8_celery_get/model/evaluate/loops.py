"""What a loop does to the flow, and whether it polls."""

from __future__ import annotations

from flake8_celery_get.model.classes.protocols import iterated
from flake8_celery_get.model.evaluate.expressions import condition, evaluate
from flake8_celery_get.model.evaluate.running import run, runs
from flake8_celery_get.model.flow.binding import assign
from flake8_celery_get.model.flow.frame import Frame, Loop, State, join
from flake8_celery_get.model.flow.leaving import is_limited
from flake8_celery_get.model.known.celery_words import is_own_id
from flake8_celery_get.model.noticed.waits import Read, Wait
from flake8_celery_get.model.values.final_states import possible
from flake8_celery_get.model.values.loops.names import LoopNames, loop_names
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Handle,
    Key,
    Literal,
    StateValue,
    Truth,
    Value,
)
from flake8_celery_get.source import code


@runs(code.While)
def _while(frame: Frame, node: code.While) -> None:
    names = _names_of(frame, node)
    _widen(frame, names.bound)
    asked = frame.state.asked
    with frame.looping(names) as loop:
        with frame.deciding(*node.body):
            test = condition(frame, node.test)
        leaves = frame.state.copy()
        frame.assume(test, True)
        _run_body(frame, node.body, loop)
        if loop.polled or loop.rebuilt:
            with frame.deciding(*node.body):
                again = condition(frame, node.test)
            _drop_unasked(frame, loop)
            _note_ends(frame, node, loop, again)
    _note_poll(frame, node, loop, asks_forever=True)
    _leave(frame, leaves, test, loop, node.orelse)
    frame.state.asked |= asked


@runs(code.For)
def _for(frame: Frame, node: code.For) -> None:
    item = iterated(frame, evaluate(frame, node.iterable), node.iterable)
    names = _names_of(frame, node)
    _widen(frame, names.bound)
    asked = frame.state.asked
    before = frame.state.copy()
    with frame.looping(names) as loop:
        assign(frame, node.target, item)
        _run_body(frame, node.body, loop)
        _drop_unasked(frame, loop)
    _note_poll(frame, node, loop, asks_forever=False)
    _finish_elements(before, frame.state, item)
    _leave(frame, join([before, frame.state]), UNKNOWN, loop, node.orelse)
    frame.state.asked |= asked


def _finish_elements(before: State, after_body: State, element: Value) -> None:
    """What holds for every element at the end of the body holds for all after the loop."""
    if after_body.reached:
        keys = {option.key for option in options(element) if isinstance(option, Handle)}
        before.finished |= keys & after_body.finished


def _run_body(frame: Frame, body: list[code.Statement], loop: Loop) -> None:
    with frame.branch(body):
        run(frame, body)
    frame.state = join([frame.state, *loop.continues])


def _leave(
    frame: Frame, leaves: State, test: Value, loop: Loop, orelse: list[code.Statement]
) -> None:
    """After the loop: its test failed, or it was left by ``break``."""
    body_end = frame.state
    if body_end.reached:
        names = {**leaves.names}
        frame.state = join(
            [
                leaves,
                State({**names, **body_end.names}, leaves.finished, asked=body_end.asked),
            ]
        )
    else:
        frame.state = leaves
    frame.assume(test, False)
    run(frame, orelse)
    frame.state = join([frame.state, *loop.breaks])


def _names_of(frame: Frame, node: code.While | code.For) -> LoopNames:
    """The names that a loop binds; it may be run many times over."""
    known = frame.world.seen.loop_names
    if node not in known:
        known[node] = loop_names(node)
    return known[node]


def _widen(frame: Frame, bound: frozenset[str]) -> None:
    """A constant that the loop changes is no constant inside it."""
    for name in bound:
        if isinstance(frame.state.names.get(name), (Literal, StateValue, Truth)):
            frame.state.names[name] = UNKNOWN


def _drop_unasked(frame: Frame, loop: Loop) -> None:
    """Who asks once and then leaves the loop does not poll, however often it is tried."""
    asked = frame.state.asked if frame.state.reached else frozenset()
    loop.polled = {key: handle for key, handle in loop.polled.items() if key in asked}


def _note_ends(frame: Frame, node: code.While, loop: Loop, again: Value) -> None:
    """Note in which final states of the polled task the loop ends."""
    if not loop.polled or loop.made or not frame.state.reached or is_limited(frame):
        return
    ends_in = loop.ends_in | possible(again, False)
    for handle in loop.polled.values():
        frame.world.notes.polled(frame, node.at, handle, ends_in)


def _note_poll(
    frame: Frame, node: code.While | code.For, loop: Loop, *, asks_forever: bool
) -> None:
    for key, polled in loop.polled.items():
        if key in loop.made or _is_own(key) or not (asks_forever or loop.sleeps):
            continue
        read = Read(frame.scope.path, node.at, "poll", polled, False, loop.awaits)
        frame.met(Wait(read, (), guarded=False, allowed=False))
        return


def _is_own(key: Key) -> bool:
    """Whether it is the handle of the task that runs, as ``self.request.id`` gives it."""
    return key[0] == "id" and is_own_id(str(key[1]))
