"""Builtins that build containers, judge them, or run a function for each element."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.calls.environment import CONVERSIONS, converted
from flake8_celery_get.model.calls.handle_calls import handle_method
from flake8_celery_get.model.classes.attributes import (
    attribute,
)
from flake8_celery_get.model.classes.protocols import asked
from flake8_celery_get.model.known.callables import CONTAINERS
from flake8_celery_get.model.known.celery_words import celery_word
from flake8_celery_get.model.noticed.waits import BLOCKING_READS, PEEKS
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.final_states import implied, possible
from flake8_celery_get.model.values.ids import id_of
from flake8_celery_get.model.values.mappings import Entry, mapping_of, unpacked
from flake8_celery_get.model.values.parts import (
    either,
    elements,
    first_handle,
    looped,
    options,
)
from flake8_celery_get.model.values.texts import is_text
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Closure,
    External,
    FromEnvironment,
    FunctionValue,
    Instance,
    Items,
    Literal,
    Method,
    ModuleValue,
    Namespace,
    StateValue,
    Super,
    TaskValue,
    Text,
    Truth,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame


def builtin_called(
    frame: Frame, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    """What calling a builtin gives."""
    given = _asked_of_objects(frame, name, given, node)
    first = given[0].value if given else UNKNOWN
    if name in {"all", "any"}:
        return _quantified(looped(first), name == "all")
    if name in CONVERSIONS or name in {"repr", "staticmethod"}:
        return _as_constant(name, first)
    if name in CONTAINERS:
        return as_items(frame, name, given)
    if name in {"next", "min", "max"}:
        return _one_of(name, given)
    if name in {"map", "filter"}:
        item = either(looped(argument.value) for argument in given[1:])
        value = run_argument(frame, first, item, node)
        return Items((value if name == "map" else _kept(frame, value, item),))
    if name in {"sorted", "sum"}:
        if name == "sum":
            frame.world.notes.meant(frame, node.at, elements(first), "arithmetic")
        call_arguments(frame, given, node)
        is_known = any(isinstance(option, Items) for option in options(first))
        return as_items(frame, "list", given) if is_known else first
    if name in _OF_PLACE:
        return _OF_PLACE[name](frame, first)
    if name == "getattr" and len(given) > 1:
        return _named_attribute(frame, given[0], given[1].value, node)
    return UNKNOWN


def _named_attribute(frame: Frame, owner: Given, name: Value, node: code.Call) -> Value:
    """What ``getattr`` gives: any method whose name begins so, some task of a module."""
    names = _names(frame, owner.value, name)
    if not names and isinstance(owner.value, ModuleValue):
        return TaskValue("") if _defines_tasks(frame, owner.value) else UNKNOWN
    return either(
        attribute(frame, owner.value, each, code.Attribute(owner.node, each, node.at))
        for each in names
    )


def named_global(frame: Frame, module: Namespace, name: Value) -> Value:
    """What ``globals()[name]`` gives: any function whose name begins so."""
    scope = frame.world.scope(module.path)
    names = _names(frame, ModuleValue(module.path), name)
    return either(frame.world.names.member(scope, each) for each in names)


def _names(frame: Frame, owner: Value, name: Value) -> list[str]:
    """The names that a text can be, of which the beginning may be all that is known."""
    if isinstance(name, Literal):
        return [str(name.value)]
    return sorted(
        _methods_named(frame, owner, name.start if isinstance(name, Text) else "")
    )


def _methods_named(frame: Frame, owner: Value, start: str) -> set[str]:
    """The methods of an object, or the functions of a module, whose names begin so."""
    if not start or not isinstance(owner, (Instance, ModuleValue)):
        return set()
    if isinstance(owner, Instance):
        line = frame.world.classes.line(owner.symbol)
        return {name for each in line for name in each.methods if name.startswith(start)}
    functions = frame.world.scope(owner.path).functions
    return {name for name in functions if name.startswith(start)}


def _defines_tasks(frame: Frame, module: ModuleValue) -> bool:
    """Whether a module of the project holds tasks."""
    functions = frame.world.scope(module.path).functions.values()
    return any(map(frame.world.is_task, functions))


_ASKS = {
    "float": "__float__", "int": "__int__", "len": "__len__", "next": "__next__",
    "repr": "__repr__", "str": "__str__", "sum": "__iter__", "all": "__iter__", "any": "__iter__",
} | dict.fromkeys((*CONTAINERS, "filter", "map", "max", "min", "sorted"), "__iter__")  # fmt: skip
"""What a builtin asks of an object."""


def _asked_of_objects(
    frame: Frame, name: str, given: tuple[Given, ...], node: code.Call
) -> tuple[Given, ...]:
    """The arguments, where an object iterates over something with that instead."""
    if name not in _ASKS:
        return given
    found = [asked(frame, each.value, _ASKS[name], node) for each in given]
    if _ASKS[name] != "__iter__":
        return given
    pairs = zip(given, found, strict=True)
    return tuple(replace(each, value=value) for each, value in pairs)


def _as_constant(name: str, value: Value) -> Value:
    """What stays as it is, or nearly so, in a text, a number or a method."""
    if isinstance(value, FromEnvironment) and name in CONVERSIONS:
        return converted(name, value)
    if name not in {"repr", "str"}:
        return value if name == "staticmethod" else UNKNOWN
    is_kept = isinstance(value, StateValue) or is_text(value) or id_of(value) is not None
    return value if is_kept and name == "str" else Text("")


def _one_of(name: str, given: tuple[Given, ...]) -> Value:
    """What ``next(items, default)`` gives, and ``max(items, default=None)``."""
    is_default = name == "next" and len(given) > 1
    others = [given[1].value] if is_default else []
    others += [each.value for each in given if each.name == "default"]
    return either([looped(given[0].value) if given else UNKNOWN, *others])


def _kept(frame: Frame, condition: Value, item: Value) -> Value:
    """An element that a filter lets through."""
    before = frame.state.copy()
    frame.assume(condition, True)
    kept = frame.as_known(item)
    frame.state = before
    return kept


def _namespace(_frame: Frame, owner: Value) -> Value:
    """What ``vars(module)`` gives."""
    return Namespace(owner.path) if isinstance(owner, ModuleValue) else UNKNOWN


def _super(frame: Frame, _first: Value) -> Value:
    around = frame.method_around()
    if around is None or around[0].owner is None or not isinstance(around[1], Instance):
        return UNKNOWN
    return Super(around[1], around[0].owner)


_OF_PLACE: dict[str, Callable[[Frame, Value], Value]] = {
    "globals": lambda frame, _: Namespace(frame.scope.path),
    "super": _super,
    "vars": _namespace,
}
"""What depends on where it is called, or on the module that is given."""


def _quantified(element: Value, is_all: bool) -> Value:
    known = implied(element, is_all) or frozenset()
    ways = possible(element, True), possible(element, False)
    return Truth(known, frozenset(), *ways) if is_all else Truth(frozenset(), known, *ways)


def as_items(frame: Frame, name: str, given: tuple[Given, ...]) -> Value:
    """What a builtin container of this name holds that is made of these arguments."""
    first = given[0].value if given else UNKNOWN
    if name == "dict":
        return as_mapping(frame, given)
    if not given:
        return Items(())
    if name == "enumerate":
        return Items((Items((UNKNOWN, looped(first)), exact=True),))
    if name == "zip":
        row = tuple(looped(argument.value) for argument in given)
        return Items((Items(row, exact=True),))
    if isinstance(first, Items) and first.kind != "mapping":
        return first
    return Items((looped(first),))


def as_mapping(frame: Frame, given: tuple[Given, ...]) -> Value:
    """``dict(mapping, key=value)``."""
    entries: list[Entry] = []
    for argument in given:
        place = frame.scope.path, argument.at
        pairs = _pairs(argument.value) if argument.name == "" else ()
        if pairs:
            entries += [Entry(key, value, place) for key, value in pairs]
        elif argument.name in {"", "*", "**"}:
            entries += unpacked(argument.value, place)
        else:
            entries.append(Entry(Literal(argument.name), argument.value, place))
    return mapping_of(entries)


def _pairs(value: Value) -> list[tuple[Value, Value]]:
    """The keys and values of ``[("key", value), …]``; none where it is anything else."""
    if not isinstance(value, Items) or value.kind == "mapping":
        return []
    parts = [part.values for part in value.values if isinstance(part, Items) and part.exact]
    are_pairs = len(parts) == len(value.values) and all(len(part) == 2 for part in parts)
    return [(key, each) for key, each in parts] if are_pairs else []


def run_argument(frame: Frame, function: Value, item: Value, node: code.Call) -> Value:
    """The callee runs a function that it was handed, here, on ``item``."""
    if isinstance(function, Method):
        return frame.called(function, (), node)
    method = celery_word(function.path) if isinstance(function, External) else ""
    if method in BLOCKING_READS or method in PEEKS:
        owner = first_handle(item)  # map(AsyncResult.get, results)
        if owner is not None:
            return handle_method(frame, owner, method, (), node)
    given = (Given("", item, code.Other([])),)
    return frame.called(function, given, node)


def reduced(frame: Frame, given: tuple[Given, ...], node: code.Call) -> Value:
    """``reduce(function, items, start)`` calls the function with what it gave and an item."""
    if len(given) < 2:
        return UNKNOWN
    start = given[2].value if len(given) > 2 else UNKNOWN
    parts = (start, elements(given[1].value))
    handed = tuple(Given("", part, code.Other([])) for part in parts)
    return frame.called(given[0].value, handed, node)


def call_arguments(frame: Frame, given: tuple[Given, ...], node: code.Call) -> None:
    """The callee runs the functions it is handed, in this thread."""
    for argument in given:
        if isinstance(argument.value, (FunctionValue, Closure, Method)):
            run_argument(frame, argument.value, UNKNOWN, node)
