"""Where a thread begins that must not wait: tasks, views and coroutines."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.classes import decorators
from flake8_celery_get.model.classes.worker_hooks import (
    TASK_HANDLERS,
    is_inner_receiver,
    is_receiver,
)
from flake8_celery_get.model.evaluate.calling import name_of
from flake8_celery_get.model.known.web.callbacks import is_callback
from flake8_celery_get.model.known.web.frameworks import (
    EVERY_METHOD,
    FORM_HOOKS,
    METHODS_WITH_REQUEST,
    PUBLIC_METHODS,
    answers_by_shape,
    framework_of,
    handlers_of,
    takes_any_request,
)
from flake8_celery_get.model.noticed.waits import JoinAllowance, Send, Wait
from flake8_celery_get.model.reach.answers import answers
from flake8_celery_get.model.reach.forerunners import finished_before
from flake8_celery_get.model.reach.wrappers import note_checks, wrapped, wrappers
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.parts import elements, options
from flake8_celery_get.model.values.values import (
    ClassValue,
    Closure,
    External,
    FunctionValue,
    Instance,
    Literal,
    TaskValue,
)
from flake8_celery_get.source import code
from flake8_celery_get.source.code import Span

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.values.definitions import ClassSymbol, Scope

TASK, VIEW, COROUTINE, PLAIN = "task", "view", "coroutine", "function"
MAIN = "main"
"""What runs under ``if __name__ == "__main__":`` is a function, and nobody imports it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A function, what kind of entry it is, and the waits its body leads to.

    ``kind`` is task, view, coroutine or function: the last is no entry of its own.
    ``definition`` is its symbol, or the code of an inner function; ``owner`` is the class
    that has it, perhaps from a base. ``body`` is what is run, as hops name it: a symbol,
    the code of an inner function, or the path of a module for its own statements; MAIN
    stands before the path for those under ``if __name__ == "__main__":``.
    """

    kind: str
    name: str
    path: str
    waits: tuple[Wait, ...]
    reads: frozenset[tuple[str, Span]] = frozenset()
    allowances: tuple[JoinAllowance, ...] = ()
    is_main: bool = False
    is_async: bool = False
    sends: tuple[Send, ...] = ()
    definition: object = None
    owner: ClassSymbol | None = None
    body: object = None

    @property
    def is_callback(self) -> bool:
        """Whether it runs in a request, but is no view: a permission, a template tag."""
        symbol = self.definition
        return (
            self.kind == VIEW
            and isinstance(symbol, FunctionSymbol)
            and is_callback(
                symbol.name,
                symbol.definition.decorators,
                is_method=symbol.owner is not None,
            )
        )


Bodies: TypeAlias = "dict[FunctionSymbol, list[ClassSymbol]]"
_SHOWN = ("list_display", "readonly_fields")
_TASK_BODIES = frozenset({"run", "__call__"})


class Entries:
    """All entries of the project, and what each leads to."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kinds: dict[object, str] = {}
        self._handlers: Bodies = {}
        self._task_bodies: Bodies = {}
        self._task_handlers: Bodies = {}
        self._closures: dict[object, Closure] = {}
        self._has_looked = False

    def without_repeats(self, found: Iterable[Entry]) -> list[Entry]:
        """The same entries, each without what another of its kind reports itself."""
        return [self._without_repeats(entry) for entry in found]

    def found(self) -> list[Entry]:
        """Every function that is worth reading, by path and place."""
        scopes = sorted(self._world.scopes(), key=lambda scope: scope.path)
        self._look_at_classes(scopes)
        note_checks(self._world, scopes)
        self._look_at_wrappers(scopes)
        return [entry for scope in scopes for entry in self._of_scope(scope)]

    def _look_at_classes(self, scopes: Iterable[Scope]) -> None:
        """Find what frameworks call, which may be nothing."""
        self._has_looked = True
        for bodies in (self._handlers, self._task_bodies, self._task_handlers):
            bodies.clear()
        for scope in scopes:
            for symbol in scope.classes.values():
                self._find_handlers(symbol)

    def _look_at_wrappers(self, scopes: Iterable[Scope]) -> None:
        """Count what a decorator puts around a task or a view as one."""
        for scope in scopes:
            for symbol in wrapped(self._world, scope):
                kind = self._kind_of_function(symbol)
                for node in wrappers(self._world, symbol) if kind in (TASK, VIEW) else ():
                    self._kinds.setdefault(node, kind)

    def _find_handlers(self, symbol: ClassSymbol) -> None:
        for inner in symbol.classes.values():
            self._find_handlers(inner)
        if self._world.classes.is_task(symbol):
            self._add_bodies(symbol, self._task_bodies, _TASK_BODIES)
            self._add_bodies(symbol, self._task_handlers, TASK_HANDLERS)
            return
        handlers = self._handler_names(symbol)
        if handlers is not None:
            self._add_bodies(symbol, self._handlers, handlers)
            actions = self._world.classes.variable(symbol, "actions")
            for option in options(elements(actions)) if actions is not None else ():
                self._world.seen.note_view(option)
            if METHODS_WITH_REQUEST in handlers:
                self._add_bodies(symbol, self._handlers, self._shown(symbol))

    def _shown(self, symbol: ClassSymbol) -> frozenset[str]:
        """What Django's admin shows of each row: functions, and names of methods."""
        names: set[str] = set()
        if not self._world.relevance.concerns(symbol):
            return frozenset()
        for variable in _SHOWN:
            shown = self._world.classes.bound(symbol, variable)
            for option in options(elements(shown)) if shown is not None else ():
                self._world.seen.note_view(option)
                if isinstance(option, Literal):
                    names.add(str(option.value))
        return frozenset(names)

    def _add_bodies(
        self, symbol: ClassSymbol, bodies: Bodies, names: frozenset[str]
    ) -> None:
        for ancestor in self._world.classes.line(symbol):
            for method in ancestor.methods.values():
                if _is_handler(method, names):
                    bodies.setdefault(method, []).append(symbol)

    def _handler_names(self, symbol: ClassSymbol) -> frozenset[str] | None:
        """The methods that answer requests, or None where the class is no view."""
        world = self._world
        bases = world.classes.outside_bases(symbol)
        known = [handlers for base in bases if (handlers := handlers_of(base)) is not None]
        view_bases = world.project.options.view_bases
        line = [ancestor.name for ancestor in world.classes.line(symbol)]
        named = any(
            base == option or base.endswith(f".{option}") or option.endswith(f".{base}")
            for option in view_bases
            for base in (*bases, *line)
        )
        if symbol in world.seen.view_classes:
            known.append(handlers_of("django.views.View") or frozenset())
        if named:
            known.append(frozenset({EVERY_METHOD}))
        return frozenset().union(*known) if known else None

    def _of_scope(self, scope: Scope) -> Iterator[Entry]:
        for function in scope.functions.values():
            yield from self._of_function(function)
        for symbol in scope.classes.values():
            yield from self._of_class(symbol)
        outcome = self._world.calls.module_outcome(scope)
        for is_main, part in ((False, outcome.plain), (True, outcome.main)):
            yield Entry(
                PLAIN, "", scope.path, part.waits, part.reads, part.allowances, is_main,
                sends=part.sends,
                body=(MAIN, scope.path) if is_main else scope.path,
            )  # fmt: skip
            yield from self._of_inner(part.inner)

    def _of_class(self, symbol: ClassSymbol) -> Iterator[Entry]:
        for method in symbol.methods.values():
            yield from self._of_function(method)
        for inner in symbol.classes.values():
            yield from self._of_class(inner)

    def _of_function(self, symbol: FunctionSymbol) -> Iterator[Entry]:
        world = self._world
        if not world.may_read(symbol.scope, symbol.definition):
            return
        kind = self._kind_of_function(symbol)
        bodies = self._handlers, self._task_bodies, self._task_handlers
        classes = next((each[symbol] for each in bodies if symbol in each), [])
        if not classes and symbol.owner is not None:
            classes = [symbol.owner]
        for owner in map(Instance, classes) if classes else (None,):
            finished = (
                finished_before(world, symbol, owner) if kind == VIEW else frozenset()
            )
            outcome = world.calls.outcome(FunctionValue(symbol, owner), finished=finished)
            yield Entry(
                kind, symbol.qualified_name, symbol.scope.path,
                outcome.waits, outcome.reads, outcome.allowances,
                symbol.definition.within_main,
                symbol.definition.is_async,
                outcome.sends,
                owner.symbol if owner and symbol in self._task_bodies else symbol,
                owner.symbol if owner else None,
                symbol,
            )  # fmt: skip
            yield from self._of_inner(outcome.inner)

    def _of_inner(self, closures: tuple[Closure, ...]) -> Iterator[Entry]:
        for closure in closures:
            node = closure.code
            if isinstance(node, code.Lambda) and node not in self._world.seen.view_closures:
                continue
            outcome = self._world.calls.outcome(closure)
            yield Entry(
                self._kind_of_closure(closure), name_of(closure),
                closure.frame.scope.path, outcome.waits, outcome.reads, outcome.allowances,
                is_async=isinstance(node, code.Function) and node.is_async,
                sends=outcome.sends,
                definition=node,
                body=node,
            )  # fmt: skip
            yield from self._of_inner(outcome.inner)

    def kind_of(self, within: object) -> str:
        """The kind of a function, given by its symbol or its code, that ``all`` has met."""
        return self._kinds.get(within, PLAIN)

    def kind_of_any(self, function: FunctionSymbol | Closure) -> str:
        """The same for a function that need not be worth reading."""
        if isinstance(function, Closure):
            return self._kind_of_closure(function)
        if not self._has_looked:
            self._look_at_classes(self._world.scopes())
        return self._kind_of_function(function)

    def around_class(self, symbol: ClassSymbol) -> str:
        """The kind of what a framework calls of a class: tasks', views' or any function."""
        if self._world.classes.is_task(symbol):
            return TASK
        return PLAIN if self._handler_names(symbol) in (None, FORM_HOOKS) else VIEW

    def answers(self, within: object) -> bool:
        """Whether a web client gets what the function returns, as it is."""
        around = self._closures.get(within, within)
        if not isinstance(around, (FunctionSymbol, Closure)):
            return False
        classes = (
            self._handlers.get(around, []) if isinstance(around, FunctionSymbol) else []
        )
        return answers(self._world, around, classes)

    def task_of(self, within: object) -> TaskValue | None:
        """The task that a function is, by its only decorator."""
        if isinstance(within, FunctionSymbol):
            if len(within.definition.decorators) != 1:
                return None
            task = self._world.scopes_task(within)
            return task if isinstance(task, TaskValue) else None
        closure = self._closures.get(within)
        if closure is None or len(getattr(closure.code, "decorators", ())) != 1:
            return None
        return self._world.nested_task(closure)

    def _kind_of_function(self, symbol: FunctionSymbol) -> str:
        kind = self._kinds.get(symbol)
        if kind is None:
            kind = self._kinds[symbol] = self._classified(symbol)
        return kind

    def _classified(self, symbol: FunctionSymbol) -> str:
        world = self._world
        if (
            world.is_task(symbol)
            or symbol in world.seen.tasks
            or symbol in self._task_bodies
        ):
            return TASK
        if symbol in self._task_handlers or symbol in world.seen.receivers:
            return TASK
        if is_receiver(world, symbol):
            return TASK
        if symbol in world.seen.views or symbol in self._handlers or self._is_view(symbol):
            return VIEW
        return COROUTINE if symbol.definition.is_async else PLAIN

    def _is_view(self, symbol: FunctionSymbol) -> bool:
        parameters = symbol.definition.positional
        is_method = symbol.owner is not None
        if self._is_decorated_view(symbol):
            return True
        if symbol.is_decorated(*_OTHER_CALLERS) or self._world.is_test(symbol.scope.path):
            return False
        return (
            answers_by_shape(symbol.name, parameters, is_method)
            and self._may_be_request(symbol)
            and (not takes_any_request(symbol.name, parameters) or self._may_be_web(symbol))
        )

    def _may_be_web(self, method: FunctionSymbol) -> bool:
        """Whether a framework may make objects of the method's class; a view has a base."""
        if method.owner is None:
            return True
        symbol = method.owner
        line = self._world.classes.line(symbol)
        return (
            not all(map(_is_built_in, self._world.classes.outside_bases(symbol)))
            or any(map(_is_middleware, line))
            or any(_knows_the_web(each.scope) for each in line)
        )

    def _may_be_request(self, symbol: FunctionSymbol) -> bool:
        """Whether the annotation of ``request``, if any, says that it is a web request."""
        function = self._world.calls.function_code(symbol)
        for parameter in function.parameters if function else ():
            if parameter.name == "request" and parameter.annotation is not None:
                return self._is_request(symbol.scope, code.dotted(parameter.annotation))
        return True

    def _is_request(self, scope: Scope, annotation: str) -> bool:
        value = self._world.deeply(scope, annotation)
        if isinstance(value, ClassValue):
            paths = self._world.classes.outside_bases(value.symbol)
            return any(framework_of(path) is not None for path in paths)
        if isinstance(value, External):
            return framework_of(value.path) is not None
        return (
            annotation.endswith(("HttpRequest", "WSGIRequest")) or annotation == "Request"
        )

    def _is_decorated_view(self, symbol: FunctionSymbol) -> bool:
        world = self._world
        return any(
            self._makes_view(symbol.scope, node)
            for node in world.calls.decorators_of(symbol)
        )

    def _makes_view(self, scope: Scope, node: code.Expression) -> bool:
        text = decorators.text_of(node)
        value = self._world.deeply(scope, text)
        return decorators.makes_view(self._world, node, text, value)

    def _kind_of_closure(self, closure: Closure) -> str:
        node = closure.code
        self._closures[node] = closure
        kind = self._kinds.get(node)
        if kind is None and node in self._world.seen.view_closures:
            kind = self._kinds[node] = VIEW
        elif kind is None and isinstance(node, code.Function):
            kind = self._kinds[node] = self._classified_closure(closure, node)
        return kind or PLAIN

    def _classified_closure(self, closure: Closure, node: code.Function) -> str:
        world = self._world
        if world.nested_task(closure) is not None or is_inner_receiver(
            world, closure, node
        ):
            return TASK
        if node in world.seen.view_closures:
            return VIEW
        for decorator in node.decorators:
            text, value = world.decorator(closure.frame, decorator)
            if decorators.makes_view(world, decorator, text, value):
                return VIEW
        names = tuple(parameter.name for parameter in node.parameters)
        if answers_by_shape(node.name, names, is_method=False) and not world.is_test(
            closure.frame.scope.path
        ):
            return VIEW
        return COROUTINE if node.is_async else PLAIN

    def _without_repeats(self, entry: Entry) -> Entry:
        """Leave out what another entry of the same kind reports itself."""
        waits = tuple(
            wait
            for wait in entry.waits
            if entry.kind == PLAIN
            or not any(self._kinds.get(hop.callee) == entry.kind for hop in wait.hops)
        )
        return replace(entry, waits=waits)


def _is_handler(method: FunctionSymbol, handlers: frozenset[str]) -> bool:
    if method.name in handlers or EVERY_METHOD in handlers:
        return method.name != "__init__"
    if PUBLIC_METHODS in handlers:
        return not method.name.startswith("_")
    if any(name[-1] == "*" and method.name.startswith(name[:-1]) for name in handlers):
        return True
    return (
        METHODS_WITH_REQUEST in handlers and "request" in method.definition.positional[1:2]
    )


def _is_built_in(base: str) -> bool:
    top = base.partition(".")[0]
    return top in sys.stdlib_module_names or top == "object"


def _is_middleware(symbol: ClassSymbol) -> bool:
    method = symbol.methods.get("__init__")
    return method is not None and "get_response" in method.definition.positional


def _knows_the_web(scope: Scope) -> bool:
    """Whether a module imports a web framework, as mixins of views may do."""
    modules = (each.module for each in (*scope.imports.values(), *scope.stars))
    return any(framework_of(module) is not None for module in modules)


_OTHER_CALLERS = ("fixture", "connect", "receiver", "hookimpl", "singledispatch")
"""Decorators whose functions take a ``request`` that is none of the web."""
