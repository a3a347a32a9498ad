"""What a statement does to the flow. One function a kind of statement."""

from __future__ import annotations

from flake8_celery_get.model.classes.annotations import as_annotated
from flake8_celery_get.model.classes.protocols import entered, left
from flake8_celery_get.model.evaluate.expressions import (
    asked_by_bool,
    condition,
    evaluate,
)
from flake8_celery_get.model.evaluate.refusal import handles, suppresses
from flake8_celery_get.model.evaluate.running import run, runs
from flake8_celery_get.model.flow.binding import assign
from flake8_celery_get.model.flow.comparisons import comparison
from flake8_celery_get.model.flow.constants import resolved
from flake8_celery_get.model.flow.frame import Frame, Names, State, join
from flake8_celery_get.model.flow.narrowing import narrowing
from flake8_celery_get.model.known.celery_words import SENDERS
from flake8_celery_get.model.noticed.waits import JoinAllowance
from flake8_celery_get.model.sends.plain_data import note_return
from flake8_celery_get.model.values.parts import either, options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    AppValue,
    Closure,
    Items,
    Key,
    Literal,
    Made,
    StateValue,
    Truth,
    Unknown,
    Value,
)
from flake8_celery_get.source import code


@runs(code.Evaluate)
def _evaluate(frame: Frame, node: code.Evaluate) -> None:
    frame.discarded = node.value
    value = evaluate(frame, node.value)
    if frame.world.listener is not None:
        frame.world.listener.dropped(frame, value, node.value)


@runs(code.Assign)
def _assign(frame: Frame, node: code.Assign) -> None:
    value = evaluate(frame, node.value) if node.value is not None else UNKNOWN
    value = _app_again(frame, node) or value if isinstance(value, _UNREAD) else value
    if node.annotation is not None:
        value = as_annotated(frame, value, node.annotation, node.targets[0])
        if isinstance(value, Unknown) and node.value is None:
            return
    if frame.world.sending is not None:
        frame.world.sending.beat.assigned(frame, node)
    for target in node.targets:
        assign(frame, target, value)


def _app_again(frame: Frame, node: code.Assign) -> AppValue | None:
    """``app = healthcheck.setup(app)``: what a package gives back under the name of an app."""
    match node:
        case code.Assign(
            targets=[code.Name(id=name)],
            value=code.Call(arguments=[code.Argument(value=code.Name(id=given) as app)]),
        ) if name == given:
            before = evaluate(frame, app)
            return before if isinstance(before, AppValue) else None
    return None


_UNREAD = (Unknown, Made)
"""What a function gives whose code is not there."""


@runs(code.If)
def _if(frame: Frame, node: code.If) -> None:
    with frame.deciding(*node.body, *node.orelse):
        test = condition(frame, node.test)
    known = narrowing(frame, node.test)
    before, ends = frame.state, []
    for holds, body in ((True, node.body), (False, node.orelse)):
        frame.state = before.copy()
        frame.assume(test, holds)
        if known is not None:
            known.apply(frame, holds)
        with frame.branch(body):
            run(frame, body)
        ends.append(frame.state)
    frame.state = join(ends)


_ALLOWANCES = {f"celery.{room}.allow_join_result()" for room in ("result", "app")}


@runs(code.With)
def _with(frame: Frame, node: code.With) -> None:
    value = evaluate(frame, node.value)
    target = entered(frame, value, node.value)
    if node.target is not None:
        assign(frame, node.target, target)
    if code.last_name(getattr(node.value, "function", node.value)) == "suppress":
        start = frame.state.copy()
        with frame.trying(catches=suppresses(node.value)):
            run(frame, node.body)
        frame.state = join([start, frame.state])
    elif any(map(_allows_join, options(value))):
        _allowing(frame, node)
    else:
        run(frame, node.body)
        left(frame, value, node.value)


def _allowing(frame: Frame, node: code.With) -> None:
    """The body of ``with allow_join_result():``."""
    before = set(frame.waits)
    frame.allowing += 1
    run(frame, node.body)
    frame.allowing -= 1
    at = code.place(node.value)
    for wait in [wait for wait in frame.waits if wait not in before]:
        frame.allowances.append(JoinAllowance(frame.scope.path, at, True, wait))


def _allows_join(value: Value) -> bool:
    """Whether it is what ``allow_join_result()`` gives."""
    return isinstance(value, Made) and value.path in _ALLOWANCES


@runs(code.Try)
def _try(frame: Frame, node: code.Try) -> None:
    before = frame.state.copy()
    with frame.branch(node), frame.trying(catches=handles(node)):
        run(frame, node.body)
    after_body = frame.state
    names = _somewhere_between(before.names, after_body.names)
    with frame.branch(node):
        run(frame, node.orelse)
    ends = [frame.state]
    for handler in node.handlers:
        frame.state = State(dict(names), before.finished, asked=before.asked)
        with frame.branch(handler):
            run(frame, handler.body)
        ends.append(frame.state)
    frame.state = join(ends)
    if not frame.state.reached and node.final:
        frame.state = State(dict(names), before.finished, asked=before.asked)
        run(frame, node.final)
        frame.state.reached = False
    else:
        run(frame, node.final)


def _somewhere_between(before: Names, after: Names) -> Names:
    """What names stand for where a body was left on its way."""
    names = {**before, **after}
    for name, value in before.items():
        if names[name] is not value:
            names[name] = either([value, names[name]])
    return names


@runs(code.Match)
def _match(frame: Frame, node: code.Match) -> None:
    subject = evaluate(frame, node.subject)
    before, ends = frame.state, []
    known: frozenset[Key] = frozenset()
    for case in node.cases:
        frame.state = before.copy()
        test = _case_test(frame, subject, case)
        frame.assume(test, True)
        frame.state.finished |= known
        if case.target is not None:
            assign(frame, case.target, subject)
        if case.guard is not None:
            frame.assume(evaluate(frame, case.guard), True)
        with frame.branch(case):
            run(frame, case.body)
        ends.append(frame.state)
        if isinstance(test, Truth) and case.guard is None:
            known |= test.when_false
    if not any(case.default for case in node.cases):
        ends.append(before)
    frame.state = join(ends)


def _case_test(frame: Frame, subject: Value, case: code.Case) -> Value:
    if not case.values:
        return UNKNOWN
    values = tuple(_case_value(frame, subject, value) for value in case.values)
    frame.world.notes.compared(frame, case.at, subject, "in", Items(values))
    if isinstance(subject, Truth):
        return comparison(subject, "==", values[0])
    return comparison(subject, "in", Items(values))


def _case_value(frame: Frame, subject: Value, node: code.Expression) -> Value:
    value = evaluate(frame, node)
    return resolved(frame, node, value) if isinstance(subject, StateValue) else value


@runs(code.Return)
def _return(frame: Frame, node: code.Return) -> None:
    value = _returned(frame, node.value) if node.value is not None else Literal(None)
    note_return(frame, node, value)
    frame.returns.append((frame.as_known(value), frame.state.copy()))
    frame.may_leave_loops()
    frame.state.reached = False


def _returned(frame: Frame, node: code.Expression) -> Value:
    """The value; ``return bool(task.delay(…))`` only says that the task was sent."""
    asked = asked_by_bool(frame, node)
    if not isinstance(asked, code.Call) or not isinstance(asked.function, code.Attribute):
        return evaluate(frame, node)
    if asked.function.name not in SENDERS | {"send_task"}:
        return evaluate(frame, node)
    evaluate(frame, asked)
    return UNKNOWN


@runs(code.Raise)
def _raise(frame: Frame, node: code.Raise) -> None:
    for part in (node.value, node.cause):
        if part is not None:
            evaluate(frame, part)
    frame.may_leave_loops()
    frame.state.reached = False


@runs(code.Jump)
def _jump(frame: Frame, node: code.Jump) -> None:
    if frame.loops:
        loop = frame.loops[-1]
        states = loop.breaks if node.kind == "break" else loop.continues
        states.append(frame.state.copy())
        if node.kind == "break":
            loop.ends_in |= frame.state.final
    frame.state.reached = False


@runs(code.Global)
def _global(frame: Frame, node: code.Global) -> None:
    (frame.outer if node.outer else frame.globals).update(node.names)


@runs(code.Assert)
def _assert(frame: Frame, node: code.Assert) -> None:
    if node.message is not None:
        evaluate(frame, node.message)
    test = condition(frame, node.test, "check")
    before = frame.state.copy()
    frame.assume(test, False)
    frame.may_leave_loops()
    frame.state = before
    frame.assume(test, True)


@runs(code.Import)
def _import(frame: Frame, node: code.Import) -> None:
    for imported in node.names:
        if imported.name != "*":
            value = frame.world.imported(frame.scope, imported)
            frame.bind(imported.alias, value)


@runs(code.Function)
def _function(frame: Frame, node: code.Function) -> None:
    for decorator in node.decorators:
        evaluate(frame, decorator)
    for parameter in node.parameters:
        if parameter.default is not None:
            evaluate(frame, parameter.default)
    closure = Closure(node, frame)
    frame.inner.append(closure)
    frame.bind(node.name, frame.world.nested_task(closure) or closure)


@runs(code.Class)
def _class(frame: Frame, node: code.Class) -> None:
    bases = [evaluate(frame, base) for base in node.bases]
    body = Frame(frame.world, frame.scope, frame)
    body.state.finished = frame.state.finished
    run(body, node.body)
    frame.take_over(body)
    frame.world.seen.note_handlers(bases, body.inner)
    frame.bind(node.name, UNKNOWN)
