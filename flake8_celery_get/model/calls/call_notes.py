"""What is noted of the arguments of a call: states that are stored, handles, views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.constants import resolved
from flake8_celery_get.model.known.web.frameworks import (
    CHECKS,
    DEPENDENCIES,
    HANDED_AS,
    registers,
    registers_by_name,
    runs_what_it_gets,
)
from flake8_celery_get.model.values.arguments import Given, named_by_place
from flake8_celery_get.model.values.parts import elements, options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    ClassValue,
    Closure,
    External,
    FunctionValue,
    Handle,
    Instance,
    Items,
    Method,
    Parameter,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame


def note_state(
    frame: Frame, given: tuple[Given, ...], node: code.Call, places: dict[str, int]
) -> None:
    """``update_state`` and ``store_result``: whose task it is makes no difference."""
    said = {
        argument.name: resolved(frame, argument.node, argument.value)
        for argument in (*named_by_place(given, places), *given)
    }
    if {"*", "**"} & said.keys():
        said.setdefault("state", UNKNOWN)
    if "state" in said:
        frame.world.notes.updated(frame, node.at, said["state"], said.get("meta"))


def note_escapes(
    frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
) -> None:
    """Note the handles that code gets which nobody can look into."""
    values = [argument.value for argument in given]
    handles = [each for each in values if isinstance(each, Handle) and not each.supposed]
    for option in options(function) if handles else ():
        top = option.path.partition(".")[0] if isinstance(option, External) else ""
        if option != UNKNOWN and (not top or top in _LEAVES_ALONE):
            continue
        for handle in handles:
            frame.world.notes.escaped(frame, node.at, handle)


_LEAVES_ALONE = frozenset({"builtins", "celery", "json", "logging", "pprint"})
"""Packages that do nothing to a handle."""


def note_views(frame: Frame, function: Value, given: tuple[Given, ...], name: str) -> None:
    """Note the views that a call hands to a framework."""
    is_unknown = function == UNKNOWN or (
        isinstance(function, Method) and isinstance(function.owner, Parameter)
    )
    if (isinstance(function, External) and registers(function.path)) or (
        is_unknown and registers_by_name(name)
    ):
        by_url = isinstance(function, External) and function.path.startswith("django.")
        for argument in given:
            value = argument.value
            if name in DEPENDENCIES | CHECKS:
                value = _called_for_requests(frame, value)
            frame.world.seen.note_view(value, by_url=by_url)
            if isinstance(value, Closure) and isinstance(value.code, code.Lambda):
                frame.inner.append(value)


def note_handed_views(frame: Frame, function: Value, given: tuple[Given, ...]) -> None:
    """``CharField(validators=[check])``, ``FastAPI(exception_handlers={404: missing})``."""
    named = [argument for argument in given if argument.name in HANDED_AS]
    if not named or not isinstance(function, External):
        return
    if runs_what_it_gets(function.path):
        for argument in named:
            is_one = not isinstance(argument.value, Items)
            several = argument.value if is_one else elements(argument.value)
            for option in options(several):
                frame.world.seen.note_view(_called_for_requests(frame, option))


def _called_for_requests(frame: Frame, dependency: Value) -> Value:
    """The function that runs: ``Depends`` calls a class, or an object, as any callable."""
    if not isinstance(dependency, (ClassValue, Instance)):
        return dependency
    name = "__init__" if isinstance(dependency, ClassValue) else "__call__"
    method = frame.world.classes.method(dependency.symbol, name)
    return UNKNOWN if method is None else FunctionValue(method)
