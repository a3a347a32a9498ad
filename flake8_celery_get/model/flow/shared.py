"""What outlives a call: the variables of a module, and containers that functions fill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.written import holds_object, is_set_alike
from flake8_celery_get.model.values.lasting import lasts
from flake8_celery_get.model.values.values import (
    ClassValue,
    Either,
    FunctionValue,
    Instance,
    Items,
    ModuleValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import ClassSymbol, Scope


class Shared:
    """What functions were seen to put into the variables at the top of modules."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._held: dict[tuple[Scope, str], dict[Value, None]] = {}

    def note(self, scope: Scope, name: str, held: Value) -> None:
        """A function has bound ``name`` in a module, or filled the container of that name."""
        known = self._held.setdefault((scope, name), {})
        if held not in known:
            known[held] = None
            self._world.memo.changed(("shared", scope, name))

    def held(self, scope: Scope, name: str) -> list[Value]:
        """What functions made of the variable that the module calls ``name``."""
        self._world.memo.needs(("shared", scope, name))
        return list(self._held.get((scope, name), ()))

    def noted(self) -> list[tuple[Scope, str, Value]]:
        """All that functions were seen to put into variables of modules."""
        return [
            (scope, name, held)
            for (scope, name), several in self._held.items()
            for held in several
        ]


def keep(frame: Frame, name: str, value: Value) -> None:
    """Note that a function has bound ``name`` in its module, where others find it."""
    if outlasts(frame.world, value) and _is_sure(frame, frame.scope, name, value):
        frame.world.shared.note(frame.scope, name, value)


def keep_in_module(frame: Frame, owner: Value, name: str, value: Value) -> None:
    """The same for another module: ``state.jobs = Jobs()``; what a test puts there is a fake."""
    world = frame.world
    if not isinstance(owner, ModuleValue) or world.is_test(frame.scope.path):
        return
    if outlasts(world, value) and _is_sure(frame, world.scope(owner.path), name, value):
        world.shared.note(world.scope(owner.path), name, value)


def _is_sure(frame: Frame, scope: Scope, name: str, value: Value) -> bool:
    """Whether no other code sets the variable to an object that need not wait."""
    return not holds_object(value) or is_set_alike(frame, scope, name)


def fill(
    frame: Frame,
    target: code.Expression,
    value: Value,
    kind: str,
    keys: tuple[Value, ...] = (),
) -> None:
    """Note that ``value`` was put into ``target``, where others may take it out again."""
    if not outlasts(frame.world, value):
        return
    held = Items((value,), kind, keys=keys)
    if isinstance(target, code.Attribute):
        owner = frame.evaluate(target.value)
        if isinstance(owner, ClassValue):
            owner = ClassValue(_home_of(frame.world, owner.symbol, target.name))
        if isinstance(owner, (Instance, ClassValue)):
            frame.world.note_attribute(owner, target.name, held)
        elif isinstance(owner, ModuleValue):
            frame.world.shared.note(frame.world.scope(owner.path), target.name, held)
    elif isinstance(target, code.Name) and _is_of_module(frame, target.id):
        for scope, name in _homes(frame, target.id):
            frame.world.shared.note(scope, name, held)


def _home_of(world: Surroundings, symbol: ClassSymbol, name: str) -> ClassSymbol:
    """The class whose body makes a container, which its subclasses share."""
    for ancestor in world.classes.line(symbol):
        if any(name in definition.names for definition in ancestor.statements):
            return ancestor
    return symbol


def outlasts(world: Surroundings, value: Value) -> bool:
    """Whether somebody may wait through it who takes it out of where it is kept later.

    It is a task or a handle, or leads to a wait as a function, a class or an object of the
    project.
    """
    if isinstance(value, (Items, Either)):
        return any(outlasts(world, part) for part in value.parts)
    if isinstance(value, FunctionValue):
        return world.may_call(value.symbol.scope, value.symbol.definition)
    if isinstance(value, (ClassValue, Instance)):
        return world.concerns(value.symbol)
    return lasts(value)


def _is_of_module(frame: Frame, name: str) -> bool:
    """Whether a name in a function is one of the module, unless the function binds it."""
    around: Frame | None = frame
    while around is not None:
        if name in around.state.names and name not in around.filled:
            return False
        if around.within is None:
            return False
        around = around.parent
    frame.filled.add(name)
    return True


def _homes(frame: Frame, name: str) -> Iterator[tuple[Scope, str]]:
    """The module that makes the container, which another may import."""
    scope, world = frame.scope, frame.world
    if name in scope.variables:
        yield scope, name
    elif name in scope.imports:
        imported = scope.imports[name]
        path = world.module_of(scope, imported)
        if path is not None and imported.name:
            yield world.scope(path), imported.name
