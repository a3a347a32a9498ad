"""What ``value.name`` stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.classes import task_options
from flake8_celery_get.model.classes.calling_back import note_inherited
from flake8_celery_get.model.classes.filled_attributes import fill_attribute
from flake8_celery_get.model.classes.object_rows import (
    attribute_of_rows,
    maker,
    method_of_view,
    rows_of,
)
from flake8_celery_get.model.classes.protocols import stood_in_for
from flake8_celery_get.model.flow.stores.kept import stored_attribute
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.known.web.frameworks import framework_of
from flake8_celery_get.model.values import texts
from flake8_celery_get.model.values.final_states import beside_handles
from flake8_celery_get.model.values.parts import either, keys_in
from flake8_celery_get.model.values.values import (
    ELSEWHERE,
    EVERY_HANDLE,
    UNKNOWN,
    AppValue,
    ClassValue,
    ConfValue,
    Either,
    External,
    FunctionValue,
    Handle,
    Instance,
    Items,
    Literal,
    Made,
    Method,
    ModuleValue,
    Namespace,
    Parameter,
    Rows,
    Signature,
    StateValue,
    Super,
    TaskOptions,
    TaskValue,
    Truth,
    Unknown,
    Value,
    derived,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol

ALWAYS_EAGER = Truth(frozenset({EVERY_HANDLE}))
_FOLLOWED = (Signature, Parameter, Items, ConfValue, StateValue, Namespace)
"""Values whose methods are known once they are called."""

_PROPERTIES = ("property", "cached_property", "setter", "hybrid_property")


def attribute(frame: Frame, value: Value, name: str, node: code.Attribute) -> Value:
    """What ``value.name`` is at this point; a property is run."""
    if name in celery_words.EAGER_SETTINGS:
        return ALWAYS_EAGER
    kept = stored_attribute(frame, value, node)
    if kept is not None:
        return kept
    if isinstance(value, Either):
        if any(not isinstance(option, (Handle, Literal)) for option in value.options):
            frame.world.notes.otherwise(frame, node.at)
        values = (
            attribute(frame, option, name, node) for option in _with_attributes(value)
        )
        is_state = name in {"state", "status"} and _may_be_handle(value)
        return either(beside_handles(values, StateValue) if is_state else values)
    if isinstance(value, Handle):
        return _of_handle(frame, value, name, node)
    if isinstance(value, (Instance, ClassValue)):
        return _of_class(frame, value, name, node)
    if isinstance(value, Rows):
        return attribute_of_rows(frame.world.classes, value, name)
    if isinstance(value, Super):
        return _of_super(frame, value, name)
    if isinstance(value, TaskValue) and (base := _base_with(frame, value, name)):
        return _of_class(frame, base, name, node)
    return _of_name(frame, value, name)


def _base_with(frame: Frame, task: TaskValue, name: str) -> Instance | None:
    """The task as an object of its ``base=`` class, where that has the member."""
    symbol, classes = _symbol_of(frame, task, name), frame.world.classes
    base = task_options.base_of(frame.world, symbol) if symbol is not None else None
    if base is None or not (classes.method(base, name) or classes.variable(base, name)):
        return None
    return Instance(base)


def _symbol_of(frame: Frame, task: TaskValue, name: str) -> FunctionSymbol | None:
    """The task's function: of the one that runs here, or one asked for what is not Celery's."""
    if frame.symbol is not None and task == TaskValue(frame.symbol.name):
        return frame.symbol
    if name in celery_words.OF_TASKS or not isinstance(task.body, FunctionValue):
        return None
    return task.body.symbol


def _with_attributes(value: Either) -> list[Value]:
    """The ways on which a value is not None, which has no attribute that anybody asks for."""
    return [option for option in value.options if option != Literal(None)]


def _may_be_handle(value: Either) -> bool:
    return any(isinstance(option, Handle) for option in value.options)


def _of_name(frame: Frame, value: Value, name: str) -> Value:
    """The same for a value that is no object of the project."""
    if isinstance(value, (External, Made)):
        return frame.world.module_within(of_external(value.path, name))
    if isinstance(value, ModuleValue) and name == "__name__":
        return Literal(frame.world.project.modules.name_of(value.path))
    if isinstance(value, ModuleValue):
        return frame.world.names.member(frame.world.scope(value.path), name)
    if isinstance(value, (AppValue, TaskValue)):
        return _of_app_or_task(value, name)
    if name == "value" and isinstance(value, Literal):
        return value  # a member of an enum
    if name in texts.METHODS and texts.is_text(value):
        return Method(value, name)
    if isinstance(value, Items) and value.exact and Literal(name) in value.keys:
        return value.values[value.keys.index(Literal(name))]  # of a named tuple
    if name in celery_words.HANDLES and isinstance(value, (Unknown, Parameter)):
        return Method(AppValue(site=ELSEWHERE), name)  # the app or task may be anything
    if name == "restore" and isinstance(value, Method) and value.name == "GroupResult":
        return Method(value.owner, name)
    is_followed = isinstance(value, _FOLLOWED)
    is_setting = isinstance(value, Method) and value.is_setting
    return Method(value, name) if is_followed or is_setting else UNKNOWN


def _of_app_or_task(value: AppValue | TaskValue, name: str) -> Value:
    if isinstance(value, AppValue) and name == "Task":
        return External("celery.Task")
    if isinstance(value, AppValue) and name == "conf":
        return ConfValue(value)
    if isinstance(value, AppValue) and name == "tasks":
        some_task = TaskValue("", options=TaskOptions(app=value.site))
        return Items((some_task,), "mapping")
    if isinstance(value, TaskValue) and name in {"app", "_get_app"}:
        return AppValue(site=value.options.app)
    return Method(value, name)


def of_external(path: str, name: str) -> Value:
    """What a name outside the project is; Celery's states are known."""
    full = f"{path}.{name}"
    if celery_words.celery_word(full):
        if name in celery_words.STATE_SETS:
            states = sorted(celery_words.STATE_SETS[name])
            return Items(tuple(map(Literal, states)))
        if path == "celery.states":
            return Literal(name)
        if name in celery_words.APPS and name != "Celery":
            return AppValue(name)
    return External(full)


def _of_handle(frame: Frame, value: Handle, name: str, node: code.Attribute) -> Value:
    frame.world.notes.accessed(frame, node.at, value, name, is_call=False)
    if name in {"state", "status"}:
        frame.peeked(value, code.names_in(node.value))
        return StateValue(value)
    if name in {"children", "results"}:
        return Items((value.child(),))
    if name == "parent":
        parent = Handle("AsyncResult", derived(value.key, "parent"), "canvas")
        return either([parent, Literal(None)])
    return Method(value, name)


def _of_class(
    frame: Frame, value: Instance | ClassValue, name: str, node: code.Attribute
) -> Value:
    world = frame.world
    method = world.classes.method(value.symbol, name)
    if method is not None:
        return _of_method(frame, method, value, node)
    found = world.classes.variable(value.symbol, name)
    if found is None and isinstance(value, Instance) and fill_attribute(frame, value, name):
        found = world.classes.variable(value.symbol, name)
    rows = rows_of(world.classes, value, name, found)
    if rows is not None:
        return rows
    if found is not None:
        frame.taken.update(keys_in(found))
        return found
    if world.classes.is_task(value.symbol):
        run = world.classes.method(value.symbol, "run")
        return _of_app_or_task(task_of_class(frame, run, value), name)
    if world.classes.is_app(value.symbol):
        return attribute(frame, AppValue(value.symbol.name), name, node)
    behind = stood_in_for(frame, value) if isinstance(value, Instance) else None
    if behind is not None and behind != value:
        return attribute(frame, behind, name, node)
    return _inherited(frame, value, name, node)


def _inherited(
    frame: Frame, value: Instance | ClassValue, name: str, node: code.Attribute
) -> Value:
    """What a class has from a web framework, as a router has its decorators."""
    if isinstance(value, ClassValue):
        makes = maker(frame.world.classes, value, name)
        if makes is not None:
            return makes
    shown = method_of_view(frame.world.classes, value.symbol, name)
    if shown is not None:
        return shown
    for path in frame.world.classes.outside_bases(value.symbol):
        if framework_of(path) is not None:
            return External(f"{path}().{name}")
    note_inherited(frame, value, node)
    return UNKNOWN


def task_of_class(
    frame: Frame, run: FunctionSymbol | None, value: Instance | ClassValue
) -> TaskValue:
    """The task that a class with a ``run`` method is."""
    body = FunctionValue(run, Instance(value.symbol)) if run else UNKNOWN
    says = task_options.of_class(frame.world, value.symbol)
    return TaskValue(value.symbol.name, body, says)


def _of_method(
    frame: Frame, method: FunctionSymbol, value: Instance | ClassValue, node: code.Attribute
) -> Value:
    if method.is_decorated(*_PROPERTIES):
        if isinstance(value, ClassValue):
            return UNKNOWN
        return frame.world.calls.run(frame, FunctionValue(method, value), (), node)
    task = frame.world.scopes_task(method, value)
    return task or FunctionValue(method, value)


def _of_super(frame: Frame, value: Super, name: str) -> Value:
    if frame.symbol is not None and name == frame.symbol.name:
        frame.at_base.append(frame.state.finished)
    line = frame.world.classes.line(value.instance.symbol)
    behind = line[line.index(value.after) + 1 :] if value.after in line else []
    for symbol in behind:
        if name in symbol.methods:
            return FunctionValue(symbol.methods[name], value.instance)
    return UNKNOWN


def class_of(value: Value) -> ClassSymbol | None:
    """The project's class of an instance, or the class itself."""
    return value.symbol if isinstance(value, (Instance, ClassValue)) else None
