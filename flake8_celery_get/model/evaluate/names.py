"""What the names at the top of a module mean."""

from __future__ import annotations

import builtins
from collections.abc import Hashable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes.attributes import of_external
from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.values.lasting import filled
from flake8_celery_get.model.values.parts import either
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    AppValue,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Literal,
    Made,
    Method,
    ModuleValue,
    TaskValue,
    Unknown,
    Value,
)
from flake8_celery_get.source.code import Imported

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope


class Names:
    """Gives names their meanings, each asked once."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._asked: dict[Scope, set[Hashable]] = {}

    def forget(self, scope: Scope) -> None:
        """Evaluate a module's names anew, so that someone can hear of it."""
        self._world.memo.forget(self._asked.get(scope, ()))

    def lookup(self, scope: Scope, name: str) -> Value:
        """What a name means in a module, a builtin included."""
        value = self.member(scope, name)
        if value == UNKNOWN and name in {"__name__", "__package__"}:
            return Literal(self._dunder(scope, name))
        if value == UNKNOWN and hasattr(builtins, name):
            return External(f"builtins.{name}")
        return value

    def _dunder(self, scope: Scope, name: str) -> str:
        module = self._world.project.modules.name_of(scope.path)
        is_package = scope.path.endswith("__init__.py")
        return module if name == "__name__" or is_package else module.rpartition(".")[0]

    def member(self, scope: Scope, name: str) -> Value:
        """What ``module.name`` means."""
        key = (scope, name, self._world.is_looking_deep)
        self._asked.setdefault(scope, set()).add(key)
        return self._world.memo.ask(key, partial(self._find, scope, name), UNKNOWN)

    def _find(self, scope: Scope, name: str) -> Value:
        values = [value for value in self._meanings(scope, name) if value != UNKNOWN]
        return either(values)

    def _meanings(self, scope: Scope, name: str) -> Iterator[Value]:
        """Several where the module has a stand-in for what it can't import."""
        own = list(self._definitions(scope, name))
        value = self._variable(scope, name, own) if name in scope.variables else UNKNOWN
        is_replaced = isinstance(value, TaskValue)  # add = app.task(add)
        yield from () if is_replaced else own
        yield value
        if name in scope.imports:
            yield self._world.imported(scope, scope.imports[name])
        yield from self._other_tasks(scope, name)
        if scope.stars or scope.path.endswith("__init__.py"):
            yield self._from_stars(scope, name)

    def _definitions(self, scope: Scope, name: str) -> Iterator[Value]:
        if name in scope.functions:
            yield self._function(scope.functions[name])
        if name in scope.classes:
            yield ClassValue(scope.classes[name])

    def _other_tasks(self, scope: Scope, name: str) -> Iterator[Value]:
        """The project's tasks that other imports under the same name bring."""
        for other in scope.also_imported.get(name, ()):
            value = self._world.imported(scope, other)
            if isinstance(value, TaskValue):
                yield value

    def _method(self, owner: ClassValue | Instance, name: str) -> Value:
        method = self._world.classes.method(owner.symbol, name)
        return FunctionValue(method, owner) if method is not None else UNKNOWN

    def _function(self, symbol: FunctionSymbol) -> Value:
        return self._world.scopes_task(symbol) or FunctionValue(symbol)

    def _variable(self, scope: Scope, name: str, before: list[Value]) -> Value:
        """What the statements of a module make of a name that may mean something ``before``."""
        frame = Frame(self._world, scope)
        if before:
            frame.state.names[name] = either(before)
        definitions = scope.variables[name]
        wanted = [each for each in definitions if self._world.may_look_up(scope, each)]
        # What fills a container says nothing without the statement that makes it.
        fills = any(name not in each.names for each in wanted)
        for definition in definitions if fills else wanted:
            earlier = frame.state.names.get(name, UNKNOWN)
            self._world.calls.run_statements(frame, scope.source.code(definition))
            frame.state.reached = True
            if definition.is_conditional and isinstance(earlier, Instance):
                frame.state.names[name] = _of_both(earlier, frame.state.names[name])
        held = self._world.shared.held(scope, name)
        value = filled(frame.state.names.get(name, UNKNOWN), held)
        # A constant of a module may be set from outside.
        return UNKNOWN if isinstance(value, Literal) and not value.value else value

    def _from_stars(self, scope: Scope, name: str) -> Value:
        """A module inside a package is hidden by whatever the package binds to its name."""
        for star in scope.stars if not name.startswith("_") else ():
            item = Imported(name, star.module, name, star.level)
            value = self._world.imported(scope, item)
            if not isinstance(value, External) and value != UNKNOWN:
                return value
            if isinstance(value, External) and value.path.startswith("celery."):
                return value
        submodule = None if scope.binds(name) else self._world.submodule(scope, name)
        return UNKNOWN if submodule is None else submodule

    def dotted(self, scope: Scope, name: str) -> Value:
        """What ``a.b.c`` means in a module, as far as names alone tell."""
        first, *rest = name.split(".")
        value = self.lookup(scope, first) if first else UNKNOWN
        for part in rest:
            value = self._attribute(value, part)
        return value

    def _attribute(self, value: Value, name: str) -> Value:
        match value:
            case ModuleValue(path):
                return self.member(self._world.scope(path), name)
            case External(path) | Made(path):
                return of_external(path, name)
            case AppValue():
                return External("celery.Task") if name == "Task" else Method(value, name)
            case ClassValue(symbol):
                inner = symbol.classes.get(name)
                return ClassValue(inner) if inner else self._method(value, name)
            case Instance():
                return self._method(value, name)
        return UNKNOWN


def _of_both(earlier: Instance, value: Value) -> Value:
    """What a name means if another branch, as for type checkers, tells its class."""
    is_vague = isinstance(value, (Unknown, External, Made))
    return either([earlier, value]) if is_vague else value
