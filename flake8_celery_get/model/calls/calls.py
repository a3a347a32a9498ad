"""What a call gives, and which waits it leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flake8_celery_get.model.calls.builtin_calls import named_global
from flake8_celery_get.model.calls.call_notes import (
    note_escapes,
    note_handed_views,
    note_state,
    note_views,
)
from flake8_celery_get.model.calls.containers import container_method
from flake8_celery_get.model.calls.decorating import as_decorated, implementations
from flake8_celery_get.model.calls.environment import from_environment, reads_environment
from flake8_celery_get.model.calls.external_calls import external_called, unknown_called
from flake8_celery_get.model.calls.handing import note_handed
from flake8_celery_get.model.calls.handle_calls import handle_method
from flake8_celery_get.model.calls.rows import row
from flake8_celery_get.model.classes.attributes import (
    ALWAYS_EAGER,
)
from flake8_celery_get.model.classes.calling_back import call_back
from flake8_celery_get.model.classes.object_rows import made_by, rows_method
from flake8_celery_get.model.classes.routed_views import note_as_view, note_url
from flake8_celery_get.model.classes.worker_hooks import note_receivers
from flake8_celery_get.model.flow.constants import resolved
from flake8_celery_get.model.flow.kept_ids import note_given
from flake8_celery_get.model.flow.leading import is_leading_class
from flake8_celery_get.model.flow.leaving import may_raise, never_returns
from flake8_celery_get.model.flow.shared import outlasts
from flake8_celery_get.model.flow.stores.called import store_by_call, taken_by_call
from flake8_celery_get.model.flow.written import holds_object, is_made_alike
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.noticed.notes import concerns_handle
from flake8_celery_get.model.noticed.waits import BLOCKING_READS, PEEKS, Read
from flake8_celery_get.model.sends.sending import (
    app_method,
    rebuilt,
    sent,
    signature_called,
    signature_method,
    site_of,
    task_method,
    task_of_configured,
)
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.final_states import beside_handles
from flake8_celery_get.model.values.lasting import carries
from flake8_celery_get.model.values.parts import either, options, together
from flake8_celery_get.model.values.parts_of_states import method_of_state
from flake8_celery_get.model.values.texts import text_method
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    AppValue,
    Callee,
    Chosen,
    ClassValue,
    Closure,
    Either,
    External,
    FunctionValue,
    Handle,
    Instance,
    Items,
    Literal,
    Made,
    Method,
    Namespace,
    Parameter,
    Returning,
    RowClass,
    Rows,
    Signature,
    StateValue,
    TaskValue,
    Truth,
    Unknown,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from collections.abc import Callable

    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.definitions import ClassSymbol


_EAGER_NAMES = frozenset(map(Literal, celery_words.EAGER_SETTINGS))


def call(frame: Frame, node: code.Call) -> Value:
    """The value of a call; what it leads to is noted in ``frame``."""
    function = frame.evaluate(node.function)
    given = tuple(
        Given(argument.name, frame.evaluate(argument.value), argument.value, argument.at)
        for argument in node.arguments
    )
    name = code.last_name(node.function)
    if function == UNKNOWN and (_takes_handle(given) or _takes_class(frame, given)):
        function = _opened(frame, node.function, name)
    if frame.loops:
        _note_in_loops(frame, function, given, name)
    if name in celery_words.STATE_SETTERS:
        note_state(frame, given, node, celery_words.STATE_SETTERS[name])
    if given and given[0].value in _EAGER_NAMES:
        return ALWAYS_EAGER
    if name in celery_words.PROPERTIES:
        frame.world.notes.meant(frame, node.at, function, "call")
    note_views(frame, function, given, name)
    note_handed_views(frame, function, given)
    note_as_view(frame, node.function, given)
    note_url(frame, function, given)
    if isinstance(function, Either) and not concerns_handle(function):
        frame.world.notes.otherwise(frame, node.at)
    note_escapes(frame, function, given, node)
    note_receivers(frame, function, given)
    if frame.callbacks or frame.inherited:
        call_back(frame, function, node)
    note_handed(frame, function, given, node)
    note_given(frame, given)
    if frame.world.listener is not None:
        frame.world.listener.called(frame, function, given, node)
    store_by_call(frame, function, given, node)
    value = together(_values(frame, function, given, node))
    frame.world.acts.called(frame, function, given, value, node)
    if _is_statement(frame, node) and never_returns(name, function, given):
        frame.may_leave_loops()
        frame.state.reached = False
    return value


def _is_statement(frame: Frame, node: code.Call) -> bool:
    """Whether nothing follows in the statement: ``abort()``, ``found or abort()``."""
    statement = frame.discarded
    while isinstance(statement, code.Boolean):
        statement = statement.right
    return node is statement


def _takes_handle(given: tuple[Given, ...]) -> bool:
    """Whether a callee gets a handle or its state: its module need not speak of Celery."""
    return any(carries(argument.value) for argument in given)


def _takes_class(frame: Frame, given: tuple[Given, ...]) -> bool:
    """Whether a callee gets a class that leads to a wait: it may give an instance of it."""
    return any(is_leading_class(frame.world, argument.value) for argument in given)


def _opened(frame: Frame, function: code.Expression, name: str) -> Value:
    """What is called, looked up wherever it is; ``LABELS.get`` is a method of constants."""
    found = resolved(frame, function, UNKNOWN)
    if found == UNKNOWN and name == "get" and isinstance(function, code.Attribute):
        mapping = resolved(frame, function.value, UNKNOWN)
        return Method(mapping, name) if isinstance(mapping, Items) else UNKNOWN
    return found


def _note_in_loops(
    frame: Frame, function: Value, given: tuple[Given, ...], name: str
) -> None:
    if name == "sleep":
        for loop in frame.loops:
            loop.sleeps = True
    if may_raise(name, function, given):
        frame.may_leave_loops()


def _values(
    frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
) -> list[Value]:
    """What a call gives, one value for each thing that is perhaps called."""
    kept = taken_by_call(frame, given, node)
    if kept is not None:
        return [kept]
    values = [called(frame, option, given, node) for option in options(function)]
    is_method = isinstance(node.function, code.Attribute)
    if is_method and any(map(_asks_handle, options(function))):
        return list(beside_handles(values, Truth))
    return values


def _asks_handle(function: Value) -> bool:
    """Whether it is a method of a handle that tells whether its task is finished."""
    return (
        isinstance(function, Method)
        and isinstance(function.owner, Handle)
        and function.name in PEEKS
    )


def called(
    frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
) -> Value:
    """What calling one value gives; whoever wants to know hears what it sends."""
    if isinstance(function, Chosen):
        return _chosen_called(frame, function, given, node)
    value = _called(frame, function, given, node)
    if frame.world.sending is None:
        return value
    return frame.world.sending.noted(frame, function, given, node, value)


def _chosen_called(
    frame: Frame, function: Chosen, given: tuple[Given, ...], node: code.Call
) -> Value:
    """Call what a state chose: only there are the handles known to be finished."""
    before = frame.state.finished
    frame.state.finished = before | function.finished
    value = called(frame, function.value, given, node)
    frame.state.finished = before
    return value


def _called(
    frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
) -> Value:
    kind = _KINDS.get(type(function))
    return UNKNOWN if kind is None else kind(frame, function, given, node)


def _function_called(
    frame: Frame, function: Callee, given: tuple[Given, ...], node: code.Call
) -> Value:
    run = frame.world.calls.run
    if _starts_base(function):
        given = tuple(_without_object(each) for each in given)
    value = either(run(frame, each, given, node) for each in implementations(function))
    return as_decorated(frame, function, value, given, node)


def _starts_base(function: Callee) -> bool:
    """Whether it is ``Base.__init__(self, Slow())``: the object is one of another class."""
    return (
        isinstance(function, FunctionValue)
        and isinstance(function.owner, ClassValue)
        and function.symbol.name == "__init__"
    )


def _without_object(given: Given) -> Given:
    return replace(given, value=UNKNOWN) if holds_object(given.value) else given


def _task_called(
    frame: Frame, task: TaskValue, given: tuple[Given, ...], node: code.Call
) -> Value:
    return frame.world.calls.run(frame, task.body, given, node)


def _name_called(
    frame: Frame, name: External, given: tuple[Given, ...], node: code.Call
) -> Value:
    return external_called(frame, name.path, given, node)


def _made_called(
    frame: Frame, made: Made, given: tuple[Given, ...], _node: code.Call
) -> Value:
    if celery_words.celery_word(made.path) in celery_words.TASK_DECORATORS:
        return task_of_configured(frame, given)
    return from_environment(given) if reads_environment(made.path) else UNKNOWN


def _unknown_called(
    frame: Frame, _unknown: Value, given: tuple[Given, ...], node: code.Call
) -> Value:
    return unknown_called(frame, code.last_name(node.function), given, node)


def _method_called(
    frame: Frame, method: Method, given: tuple[Given, ...], node: code.Call
) -> Value:
    of_owner = _METHODS.get(type(method.owner))
    if of_owner is None:
        return UNKNOWN
    return of_owner(frame, method.owner, method.name, given, node)


def _method_of_parameter(
    frame: Frame, _owner: Parameter, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    if name in celery_words.SENDERS:
        return frame.started(Handle("AsyncResult", site_of(frame, node), supposed=True))
    return unknown_called(frame, name, given, node)


def _method_of_namespace(
    frame: Frame, owner: Namespace, name: str, given: tuple[Given, ...], _node: code.Call
) -> Value:
    if name != "get" or not given:
        return UNKNOWN
    return named_global(frame, owner, given[0].value)


_METHODS: dict[
    type[Value], Callable[[Frame, Any, str, tuple[Given, ...], code.Call], Value]
] = {
    AppValue: app_method,
    ClassValue: lambda _frame, owner, name, given, _node: made_by(owner, name, given),
    Handle: handle_method,
    Items: container_method,
    Literal: lambda _frame, owner, name, given, _node: text_method(owner, name, given),
    Namespace: _method_of_namespace,
    Parameter: _method_of_parameter,
    Rows: lambda _frame, owner, name, _given, _node: rows_method(owner, name),
    Signature: signature_method,
    StateValue: lambda _frame, owner, name, given, _node: method_of_state(
        owner, name, given
    ),
    TaskValue: task_method,
}
"""What calling a method of each kind of value gives."""


def _class_called(
    frame: Frame, function: ClassValue, given: tuple[Given, ...], node: code.Call
) -> Value:
    instance = Instance(function.symbol)
    classes = frame.world.classes
    if (
        given
        and isinstance(given[0].value, StateValue)
        and classes.is_enum(function.symbol)
    ):
        return given[0].value
    given = _surely_given(frame, function.symbol.name, given)
    start = classes.method(function.symbol, "__init__")
    if start is not None:
        frame.world.calls.run(frame, FunctionValue(start, instance), given, node)
    else:
        _fill_fields(frame, instance, given)
    if classes.is_app(function.symbol):
        return AppValue(function.symbol.name, site_of(frame, node))
    if classes.is_handle(function.symbol) and not _reads_itself(frame, function.symbol):
        return rebuilt(frame, "AsyncResult", given, node)
    return instance


def _reads_itself(frame: Frame, symbol: ClassSymbol) -> bool:
    """Whether a class of handles has a ``get`` of its own, which need not wait."""
    return any(frame.world.classes.method(symbol, name) for name in BLOCKING_READS)


def _surely_given(frame: Frame, name: str, given: tuple[Given, ...]) -> tuple[Given, ...]:
    """The arguments of a class without objects that others of its objects may not have."""
    return tuple(
        replace(each, value=UNKNOWN)
        if holds_object(each.value)
        and outlasts(frame.world, each.value)
        and not is_made_alike(frame, name, each.node)
        else each
        for each in given
    )


def _fill_fields(frame: Frame, instance: Instance, given: tuple[Given, ...]) -> None:
    """``Job(task=add)`` of a dataclass, a named tuple or the like."""
    if not any(outlasts(frame.world, argument.value) for argument in given):
        return
    line = frame.world.classes.line(instance.symbol)
    fields = [name for symbol in reversed(line) for name in symbol.fields]
    for place, argument in enumerate(given):
        name = argument.name or (fields[place] if place < len(fields) else "")
        if name in fields and outlasts(frame.world, argument.value):
            frame.world.note_attribute(instance, name, argument.value)


def _instance_called(
    frame: Frame, function: Instance, given: tuple[Given, ...], node: code.Call
) -> Value:
    method = frame.world.classes.method(function.symbol, "__call__")
    if method is None and frame.world.classes.is_task(function.symbol):
        method = frame.world.classes.method(function.symbol, "run")
    if method is None:
        return UNKNOWN
    return frame.world.calls.run(frame, FunctionValue(method, function), given, node)


def invert(frame: Frame, value: Value, node: code.Invert) -> Value:
    """``~signature`` sends it and waits for it."""
    for option in options(value):
        if isinstance(option, Signature):
            handle = sent(frame, option, node)
            frame.world.notes.accessed(frame, node.at, handle, "~", is_call=True)
            frame.read(Read(frame.scope.path, node.at, "~", handle))
            if frame.world.sending is not None:
                frame.world.sending.sent(frame, option.members, node.at, handle)
    return UNKNOWN


_KINDS: dict[type[Value], Callable[[Frame, Any, tuple[Given, ...], code.Call], Value]] = {
    AppValue: lambda _frame, app, _given, _node: app,
    ClassValue: _class_called,
    Closure: _function_called,
    External: _name_called,
    FunctionValue: _function_called,
    Instance: _instance_called,
    Made: _made_called,
    Method: _method_called,
    Returning: lambda _frame, function, _given, _node: function.value,
    RowClass: lambda _frame, function, given, _node: row(function, given),
    Signature: signature_called,
    TaskValue: _task_called,
    Unknown: _unknown_called,
}
"""What calling each kind of value gives."""
