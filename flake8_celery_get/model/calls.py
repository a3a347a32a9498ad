"""What a call gives, and which waits it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model import celery_words
from flake8_celery_get.model.attributes import (
    ALWAYS_EAGER,
    attribute,
    class_of,
    task_of_class,
)
from flake8_celery_get.model.binding import assign
from flake8_celery_get.model.callables import CALLS_ITS_ARGUMENTS, CONTAINERS, WRAPPERS
from flake8_celery_get.model.frameworks import registers, registers_by_name
from flake8_celery_get.model.values import (
    UNKNOWN,
    AppValue,
    ClassValue,
    Closure,
    External,
    FunctionValue,
    Handle,
    Instance,
    Items,
    Key,
    Literal,
    Made,
    Method,
    Parameter,
    Signature,
    StateValue,
    Super,
    TaskValue,
    Truth,
    Value,
    carries,
    either,
    elements,
    first_handle,
    implied,
    options,
    together,
)
from flake8_celery_get.model.waits import BLOCKING_READS, JoinAllowance, Read, Wait
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.frame import Frame


_GROWS = frozenset({"append", "add", "appendleft", "insert", "setdefault", "push"})
_EAGER_NAMES = frozenset(map(Literal, celery_words.EAGER_SETTINGS))


@dataclass(frozen=True, slots=True)
class Given:
    """One argument as a call gives it: ``name`` is the keyword, ``"*"``, ``"**"`` or empty."""

    name: str
    value: Value
    node: code.Expression


def call(frame: Frame, node: code.Call) -> Value:
    """The value of a call; what it leads to is noted in ``frame``."""
    function = frame.evaluate(node.function)
    given = tuple(
        Given(argument.name, frame.evaluate(argument.value), argument.value)
        for argument in node.arguments
    )
    if code.last_name(node.function) == "sleep":
        for loop in frame.loops:
            loop.sleeps = True
    if given and given[0].value in _EAGER_NAMES:
        return ALWAYS_EAGER
    _note_views(frame, function, given, code.last_name(node.function))
    return together(_called(frame, option, given, node) for option in options(function))


def _called(
    frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
) -> Value:
    if isinstance(function, Method):
        return _method_called(frame, function, given, node)
    if isinstance(function, (FunctionValue, Closure)):
        return frame.world.run(frame, function, given, node.at)
    if isinstance(function, ClassValue):
        return _class_called(frame, function, given, node)
    if isinstance(function, TaskValue):
        return frame.world.run(frame, function.body, given, node.at)
    if isinstance(function, Signature):
        return _signature_called(frame, function, given, node)
    if isinstance(function, External):
        return _external_called(frame, function.path, given, node)
    if isinstance(function, Instance):
        return _instance_called(frame, function, given, node)
    if isinstance(function, AppValue):
        return function
    if function == UNKNOWN:
        return _unknown_called(frame, code.last_name(node.function), given, node)
    return UNKNOWN


def _unknown_called(
    frame: Frame, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    """A method of an object nobody knows; some names are Celery's alone."""
    if not isinstance(node.function, code.Attribute):
        return UNKNOWN
    if name == "send_task" and frame.world.project.uses_celery(frame.scope.path):
        return _app_method(frame, name, given, node)
    return _perhaps_grown(frame, given, node) if name in _GROWS else UNKNOWN


def _perhaps_grown(frame: Frame, given: tuple[Given, ...], node: code.Call) -> Value:
    """What a Celery value is appended to is a container, though nobody saw it made."""
    if given and carries(given[-1].value):
        return _container_method(frame, Items(), code.last_name(node.function), given, node)
    return UNKNOWN


def _method_called(
    frame: Frame, method: Method, given: tuple[Given, ...], node: code.Call
) -> Value:
    owner, name = method.owner, method.name
    if isinstance(owner, Handle):
        return _handle_method(frame, owner, name, given, node)
    if isinstance(owner, TaskValue):
        return _task_method(frame, owner, name, given, node)
    if isinstance(owner, Signature):
        return _signature_method(frame, owner, name, node)
    if isinstance(owner, AppValue):
        return _app_method(frame, name, given, node)
    if isinstance(owner, Items):
        return _container_method(frame, owner, name, given, node)
    if isinstance(owner, Parameter) and name in celery_words.SENDERS:
        return frame.started(Handle("AsyncResult", _site(frame, node), supposed=True))
    if isinstance(owner, Parameter):
        return _unknown_called(frame, name, given, node)
    return UNKNOWN


def _handle_method(
    frame: Frame, owner: Handle, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    if name in BLOCKING_READS:
        if _looks_like_a_key(given):
            return UNKNOWN
        _note_read(frame, owner, name, given, node)
        return Items() if name in {"collect", "iter_native"} else UNKNOWN
    if name in {"ready", "successful", "failed"}:
        frame.peeked(owner, code.names_in(node.function))
        return Truth(frozenset({owner.key}))
    if name == "_get_task_meta":
        return Items((StateValue(owner),), "mapping")
    if name in {"save", "then", "forget", "revoke"}:
        return UNKNOWN
    if name in {"add", "append", "update"} and owner.is_group:
        return UNKNOWN
    return owner.child() if name == "as_list" else UNKNOWN


def _looks_like_a_key(given: tuple[Given, ...]) -> bool:
    """``x.get("name")`` reads a mapping: no timeout is a string."""
    first = given[0] if given else None
    return (
        first is not None
        and not first.name
        and isinstance(first.value, Literal)
        and isinstance(first.value.value, str)
    )


def _note_read(
    frame: Frame, owner: Handle, name: str, given: tuple[Given, ...], node: code.Call
) -> None:
    read = Read(frame.scope.path, node.at, name, owner, _has_timeout(given))
    switched_off = any(
        argument.name == "disable_sync_subtasks" and argument.value == Literal(False)
        for argument in given
    )
    if switched_off:
        wait = Wait(read, (), frame.is_finished(owner))
        frame.allowances.append(JoinAllowance(frame.scope.path, node.at, False, wait))
    frame.read(read, allowed=switched_off)


def _has_timeout(given: tuple[Given, ...]) -> bool:
    for position, argument in enumerate(given):
        if argument.name == "timeout" or (position == 0 and not argument.name):
            return argument.value != Literal(None)
        if argument.name in {"*", "**"}:
            return True
    return False


def _task_method(
    frame: Frame, task: TaskValue, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    if name in celery_words.SENDERS:
        ignored = _ignored(task, given)
        site = _site(frame, node)
        return frame.started(Handle("AsyncResult", site, task=task.name, ignored=ignored))
    if name == "apply":
        frame.world.run(frame, task.body, (), node.at, applied=True)
        return frame.started(
            Handle("EagerResult", _site(frame, node), "applied", task.name)
        )
    if name in celery_words.SIGNATURES:
        return Signature("task", task.name, task.body)
    if name in {"map", "starmap", "chunks"}:
        return Signature("chunks" if name == "chunks" else "map", task.name)
    if name == "AsyncResult":
        return _rebuilt(frame, "AsyncResult", given, node)
    if name in {"run", "__call__"}:
        return frame.world.run(frame, task.body, given, node.at)
    return UNKNOWN


def _ignored(task: TaskValue, given: tuple[Given, ...]) -> bool:
    for argument in given:
        if argument.name == "ignore_result" and isinstance(argument.value, Literal):
            return bool(argument.value.value)
    return task.ignores_result


def _signature_method(frame: Frame, owner: Signature, name: str, node: code.Call) -> Value:
    if name in {*celery_words.SENDERS, "freeze"}:
        return _sent(frame, owner, node)
    if name == "apply":
        kind = "GroupResult" if owner.kind == "group" else "EagerResult"
        return frame.started(Handle(kind, _site(frame, node), "applied", owner.name))
    if name in {"link", "link_error", "get", "pop", "keys", "items"}:
        return UNKNOWN
    if name == "group":
        return Signature("group", owner.name)
    return owner


def _sent(frame: Frame, signature: Signature, node: code.Call | code.Invert) -> Handle:
    kind = "GroupResult" if signature.kind in {"group", "chunks"} else "AsyncResult"
    return frame.started(Handle(kind, _site(frame, node), task=signature.name))


def _signature_called(
    frame: Frame, signature: Signature, given: tuple[Given, ...], node: code.Call
) -> Value:
    if signature.is_canvas:
        return _sent(frame, signature, node)
    return frame.world.run(frame, signature.body, given, node.at)


def _app_method(
    frame: Frame, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    if name == "send_task":
        task = given[0].value if given else UNKNOWN
        named = str(task.value) if isinstance(task, Literal) else ""
        return frame.started(Handle("AsyncResult", _site(frame, node), task=named))
    if name in celery_words.HANDLES:
        return _rebuilt(frame, name, given, node)
    if name in celery_words.CANVAS:
        return Signature(celery_words.CANVAS[name])
    if name in celery_words.TASK_DECORATORS:
        return _decorated_task(frame, given)
    if name == "register_task" and given:
        symbol = class_of(given[0].value)
        if symbol is not None:
            run = frame.world.classes.method(symbol, "run")
            return task_of_class(run, Instance(symbol))
        return given[0].value
    return UNKNOWN


def _decorated_task(frame: Frame, given: tuple[Given, ...]) -> Value:
    """``app.task(function)`` makes a task; ``app.task(bind=True)`` a decorator."""
    first = given[0].value if given and not given[0].name else None
    if isinstance(first, Parameter):  # in a decorator of the project's own
        return TaskValue(first.name)
    if isinstance(first, (FunctionValue, Closure)):
        frame.world.note_task(first)
        return TaskValue(_name_of(first), first)
    return External("celery.shared_task")


def _name_of(function: FunctionValue | Closure) -> str:
    if isinstance(function, FunctionValue):
        return function.symbol.name
    return function.code.name if isinstance(function.code, code.Function) else "lambda"


def _rebuilt(frame: Frame, kind: str, given: tuple[Given, ...], node: code.Call) -> Value:
    if kind == "ResultSet":
        return Handle(kind, _key_of_members(frame, given, node), "sent")
    if not given:
        return Handle(kind, _site(frame, node), "rebuilt")
    text = code.describe(given[0].node)
    if not text:
        return frame.started(Handle(kind, _site(frame, node), "rebuilt"))
    key: Key = ("id", text, code.names_in(given[0].node))
    for loop in frame.loops:
        loop.rebuilt[key] = code.names_in(given[0].node)
    return Handle(kind, key, "rebuilt")


def _key_of_members(frame: Frame, given: tuple[Given, ...], node: code.Call) -> Key:
    member = first_handle(elements(given[0].value)) if given else None
    return member.key if member is not None else _site(frame, node)


def _external_called(
    frame: Frame, path: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    word = celery_words.celery_word(path)
    if word:
        return _celery_called(frame, word, path, given, node)
    last = path.rpartition(".")[2]
    if path.startswith("builtins."):
        return _builtin_called(frame, last, given, node)
    if last in celery_words.TASK_DECORATORS and "celery" in path.lower():
        return _decorated_task(frame, given)
    if last in CALLS_ITS_ARGUMENTS and CALLS_ITS_ARGUMENTS[last] in path:
        _call_arguments(frame, given, node)
        return UNKNOWN
    if last in WRAPPERS and given:
        return given[0].value
    if last in celery_words.SENDERS and frame.world.may_be_task(frame.scope, path):
        name = path.rpartition(".")[0].rpartition(".")[2]
        return _task_method(frame, TaskValue(name), last, given, node)
    if last in {"s", "si", "apply"} and frame.world.may_be_task(frame.scope, path):
        name = path.rpartition(".")[0].rpartition(".")[2]
        return _task_method(frame, TaskValue(name), last, given, node)
    return Made(f"{path}()")


def _celery_called(
    frame: Frame, word: str, path: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    if word in celery_words.HANDLES:
        return _rebuilt(frame, word, given, node)
    if word in celery_words.CANVAS:
        return Signature(celery_words.CANVAS[word])
    if word in celery_words.APPS:
        return AppValue(word)
    if word in celery_words.TASK_DECORATORS:
        return _decorated_task(frame, given)
    if word in {"restore", "result_from_tuple"}:
        kind = "GroupResult" if word == "restore" else "AsyncResult"
        return _rebuilt(frame, kind, given, node)
    if word in celery_words.SENDERS and ".task" in path:
        return frame.started(Handle("AsyncResult", _site(frame, node)))
    return Made(f"{path}()")


def _builtin_called(
    frame: Frame, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    first = given[0].value if given else UNKNOWN
    if name in {"all", "any"}:
        return _quantified(elements(first), name == "all")
    if name == "bool":
        return first
    if name in CONTAINERS:
        return _as_items(name, given)
    if name in {"next", "min", "max"}:
        return elements(first)
    if name in {"map", "filter"}:
        item = either(elements(argument.value) for argument in given[1:])
        value = _run_argument(frame, first, item, node)
        return Items((value if name == "map" else item,))
    if name in {"sorted", "sum"}:
        _call_arguments(frame, given, node)
        return first
    if name == "super":
        return _super(frame)
    if name == "getattr" and len(given) > 1 and isinstance(given[1].value, Literal):
        named = str(given[1].value.value)
        return attribute(frame, first, named, code.Attribute(given[0].node, named, node.at))
    return UNKNOWN


def _super(frame: Frame) -> Value:
    around = frame.method_around()
    if around is None or around[0].owner is None or not isinstance(around[1], Instance):
        return UNKNOWN
    return Super(around[1], around[0].owner)


def _quantified(element: Value, is_all: bool) -> Value:
    known = implied(element, is_all) or frozenset()
    return Truth(known) if is_all else Truth(frozenset(), known)


def _as_items(name: str, given: tuple[Given, ...]) -> Value:
    first = given[0].value if given else UNKNOWN
    if not given:
        return Items((), "mapping" if name == "dict" else "sequence")
    if name == "enumerate":
        return Items((Items((UNKNOWN, elements(first)), exact=True),))
    if name == "zip":
        row = tuple(elements(argument.value) for argument in given)
        return Items((Items(row, exact=True),))
    if isinstance(first, Items):
        return first
    return Items((elements(first),), "mapping" if name == "dict" else "sequence")


def _run_argument(frame: Frame, function: Value, item: Value, node: code.Call) -> Value:
    if isinstance(function, Method):
        return _method_called(frame, function, (), node)
    if (
        isinstance(function, External)
        and function.path.rpartition(".")[2] in BLOCKING_READS
    ):
        owner = first_handle(item)  # map(AsyncResult.get, results)
        if owner is not None:
            return _handle_method(frame, owner, function.path.rpartition(".")[2], (), node)
    given = (Given("", item, code.Other([])),)
    return _called(frame, function, given, node)


def _call_arguments(frame: Frame, given: tuple[Given, ...], node: code.Call) -> None:
    """The callee runs the functions it is handed, in this thread."""
    for argument in given:
        if isinstance(argument.value, (FunctionValue, Closure, Method)):
            _run_argument(frame, argument.value, UNKNOWN, node)


def _container_method(
    frame: Frame, owner: Items, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    values = tuple(argument.value for argument in given)
    if name in _GROWS and values:
        return _grown(frame, node, owner, (frame.as_known(values[-1]),))
    if name in {"extend", "update"} and values:
        return _grown(frame, node, owner, (elements(values[0]),))
    if name == "items":
        return Items((Items((UNKNOWN, elements(owner)), exact=True),))
    if name in {"values", "copy"}:
        return Items(owner.values)
    if name in {"get", "pop", "popleft", "popitem"}:
        return elements(owner)
    return UNKNOWN


def _grown(frame: Frame, node: code.Call, owner: Items, more: tuple[Value, ...]) -> Value:
    if isinstance(node.function, code.Attribute):
        grown = Items(tuple(dict.fromkeys((*owner.values, *more))), owner.kind)
        target = node.function.value
        if isinstance(target, (code.Name, code.Attribute)):
            assign(frame, target, grown)
    return more[0]


def _class_called(
    frame: Frame, function: ClassValue, given: tuple[Given, ...], node: code.Call
) -> Value:
    instance = Instance(function.symbol)
    classes = frame.world.classes
    start = classes.method(function.symbol, "__init__")
    if start is not None:
        frame.world.run(frame, FunctionValue(start, instance), given, node.at)
    if classes.is_app(function.symbol):
        return AppValue(function.symbol.name)
    if classes.derives_from(function.symbol, "celery.result.AsyncResult"):
        return _rebuilt(frame, "AsyncResult", given, node)
    return instance


def _instance_called(
    frame: Frame, function: Instance, given: tuple[Given, ...], node: code.Call
) -> Value:
    method = frame.world.classes.method(function.symbol, "__call__")
    if method is None and frame.world.classes.is_task(function.symbol):
        method = frame.world.classes.method(function.symbol, "run")
    if method is None:
        return UNKNOWN
    return frame.world.run(frame, FunctionValue(method, function), given, node.at)


def invert(frame: Frame, value: Value, node: code.Invert) -> Value:
    """``~signature`` sends it and waits for it."""
    for option in options(value):
        if isinstance(option, Signature):
            sent = _sent(frame, option, node)
            frame.read(Read(frame.scope.path, node.at, "~", sent))
    return UNKNOWN


def _note_views(frame: Frame, function: Value, given: tuple[Given, ...], name: str) -> None:
    if (isinstance(function, External) and registers(function.path)) or (
        function == UNKNOWN and registers_by_name(name)
    ):
        for argument in given:
            frame.world.note_view(argument.value)


def _site(frame: Frame, node: code.Call | code.Invert) -> Key:
    return (frame.scope.path, *node.at[:2])
