"""Calls that put objects into the stores of web apps, and that take them out again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.shared import fill, outlasts
from flake8_celery_get.model.flow.stores.kept import put, taken
from flake8_celery_get.model.flow.stores.slots import slot_of_attribute, slot_of_item
from flake8_celery_get.model.flow.written import is_put_alike
from flake8_celery_get.model.known.web import stores as web_stores
from flake8_celery_get.model.values.arguments import Given, with_unpacked
from flake8_celery_get.model.values.mappings import Entry, entries_of
from flake8_celery_get.model.values.parts import elements, options
from flake8_celery_get.model.values.values import (
    Closure,
    External,
    FunctionValue,
    Instance,
    Literal,
    Made,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame

_CONTEXT_VARIABLE = Made("contextvars.ContextVar()")
_ADDS = frozenset({"from_mapping", "update"})
_TAKES = frozenset({"get", "pop", "setdefault"})


def store_by_call(
    frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
) -> None:
    """Note what a call puts into a store, if it does."""
    name = code.last_name(node.function)
    if name in _ADDS or name == "setdefault":
        _add(frame, name, given, node.function)
    elif name == "setattr" and len(given) == 3:
        _set(frame, *given)
    elif name == "set" and len(given) == 1:
        _set_context(frame, node.function, given[0].value)
    elif _makes_app(frame, function, node):
        _keep_settings(frame, given, node)
        _keep_state(frame, given, node)


def taken_by_call(frame: Frame, given: tuple[Given, ...], node: code.Call) -> Value | None:
    """What ``current_app.extensions.get("jobs")`` gives."""
    function = node.function
    if not given or not isinstance(function, code.Attribute) or function.name not in _TAKES:
        return None
    if not web_stores.may_hold(code.last_name(function.value)):
        return None
    holder, key = function.value, given[0]
    value = frame.evaluate(holder)
    return taken(frame, slot_of_item(frame, holder, value, key.node, key.value))


def _add(
    frame: Frame, name: str, given: tuple[Given, ...], function: code.Expression
) -> None:
    """``app.config.update(JOBS=Jobs())``, ``app.extensions.setdefault("jobs", Jobs())``."""
    if not isinstance(function, code.Attribute):
        return
    if not web_stores.may_hold(code.last_name(function.value)):
        return
    if name == "setdefault":
        added = [Entry(given[0].value, given[1].value)] if len(given) == 2 else []
    else:
        added = _entries(frame, given)
    _put_all(frame, function.value, added)


def _put_all(frame: Frame, holder: code.Expression, entries: Iterable[Entry]) -> None:
    value = frame.evaluate(holder)
    for entry in entries:
        slot = slot_of_item(frame, holder, value, None, entry.key)
        put(frame, slot, holder, entry.value)


def _entries(frame: Frame, given: tuple[Given, ...]) -> list[Entry]:
    """What ``update({"jobs": jobs}, more=jobs)`` adds."""
    entries: list[Entry] = []
    for argument in with_unpacked(given, frame.scope.path):
        if argument.name in {"", "**"}:
            entries += entries_of(argument.value) or ()
        else:
            entries.append(Entry(Literal(argument.name), argument.value))
    return entries


def _set(frame: Frame, holder: Given, name: Given, value: Given) -> None:
    """``setattr(app.state, "jobs", Jobs())``."""
    if isinstance(name.value, Literal):
        text = str(name.value.value)
        slot = slot_of_attribute(frame, holder.node, holder.value, text)
        put(frame, slot, holder.node, value.value)


def _set_context(frame: Frame, function: code.Expression, value: Value) -> None:
    """``current.set(Jobs())`` of a ``ContextVar``, whose ``get()`` gives it."""
    if isinstance(function, code.Attribute) and outlasts(frame.world, value):
        with frame.world.looking_deep():
            variable = frame.evaluate(function.value)
        name = code.last_name(function.value)
        if variable == _CONTEXT_VARIABLE and is_put_alike(frame, name):
            fill(frame, function.value, value, "sequence")


def _makes_app(frame: Frame, function: Value, node: code.Call) -> bool:
    """Whether it is ``Application(…)``, or ``super().__init__(…)`` in a class of apps."""
    if isinstance(function, External):
        return web_stores.holder_by_path(f"{function.path}()") == web_stores.APP
    if code.last_name(node.function) != "__init__" or not isinstance(frame.owner, Instance):
        return False
    bases = frame.world.classes.outside_bases(frame.owner.symbol)
    return any(web_stores.holder_by_path(base) == web_stores.APP for base in bases)


def _keep_settings(frame: Frame, given: tuple[Given, ...], node: code.Call) -> None:
    """``Application(handlers, jobs=Jobs())``: Tornado's app has the rest as its settings."""
    for entry in _entries(frame, given):
        if isinstance(entry.key, Literal):
            slot = web_stores.SETTINGS, str(entry.key.value)
            put(frame, slot, node.function, entry.value)


def _keep_state(frame: Frame, given: tuple[Given, ...], node: code.Call) -> None:
    """``FastAPI(lifespan=lifespan)``: requests get the state that it yields."""
    for argument in given:
        if argument.name == "lifespan":
            for entry in _yielded(frame, argument.value):
                slot = web_stores.REQUEST_STATE, entry.name or ""
                put(frame, slot, node.function, entry.value)


def _yielded(frame: Frame, lifespan: Value) -> list[Entry]:
    if not isinstance(lifespan, (FunctionValue, Closure)):
        return []
    given = elements(frame.world.calls.outcome(lifespan).value)
    return [entry for option in options(given) for entry in entries_of(option) or ()]
