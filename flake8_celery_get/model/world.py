"""The project as evaluation sees it: names across modules, calls into functions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model import calls, decorators, expressions, statements
from flake8_celery_get.model.annotations import annotated
from flake8_celery_get.model.attributes import of_external
from flake8_celery_get.model.classes import Classes
from flake8_celery_get.model.definitions import ClassSymbol, FunctionSymbol
from flake8_celery_get.model.frame import Frame
from flake8_celery_get.model.frameworks import handlers_of
from flake8_celery_get.model.relevance import Relevance
from flake8_celery_get.model.scope import Scope
from flake8_celery_get.model.values import (
    EVERY_HANDLE,
    UNKNOWN,
    ClassValue,
    Closure,
    Either,
    External,
    FunctionValue,
    Instance,
    Items,
    Key,
    Literal,
    ModuleValue,
    Parameter,
    TaskValue,
    Value,
    elements,
    is_telling,
    keys_in,
)
from flake8_celery_get.model.waits import Hop, Outcome, Wait
from flake8_celery_get.project.project import Project
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.arguments import Given
    from flake8_celery_get.source.outline import Definition

Callee: TypeAlias = "FunctionValue | Closure"
Bound: TypeAlias = "dict[str, Value]"

DEEPEST_CALLS = 150


@dataclass(frozen=True, slots=True)
class ModuleOutcome:
    """What a module's statements do, and those under ``__name__ == "__main__"``."""

    plain: Outcome
    main: Outcome


class World:
    """Evaluates the project, each function once for each way of calling it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.classes = Classes(self)
        self.views: set[FunctionSymbol] = set()
        self.view_classes: set[ClassSymbol] = set()
        self.view_closures: set[code.Node] = set()
        self.tasks: set[FunctionSymbol] = set()
        self.relevance = Relevance(project)
        self._scopes: dict[str, Scope] = {}
        self._outcomes: dict[object, Outcome] = {}
        self._unfinished: dict[object, tuple[Outcome, int]] = {}
        self._modules: dict[str, ModuleOutcome] = {}
        self._running: dict[object, int] = {}
        self._lowest = sys.maxsize
        self._depth = 0
        self._tests: dict[str, bool] = {}
        self._is_task: dict[FunctionSymbol, bool] = {}

    def evaluate(self, frame: Frame, node: code.Expression) -> Value:
        """The value of an expression at one point of a run."""
        return expressions.evaluate(frame, node)

    def called(
        self, frame: Frame, value: Value, given: tuple[Given, ...], node: code.Call
    ) -> Value:
        """What calling a value at one point of a run gives."""
        return calls.called(frame, value, given, node)

    # Modules and names

    def scope(self, path: str) -> Scope:
        """The names of the module at ``path``."""
        scope = self._scopes.get(path)
        if scope is None:
            source = self.project.consult(path)
            scope = self._scopes[path] = Scope(self, path, source)
        return scope

    def scopes(self) -> list[Scope]:
        """The modules that were looked into so far."""
        return list(self._scopes.values())

    def forget(self) -> None:
        """Evaluate everything anew: more of the project is known now."""
        self._outcomes.clear()
        self._modules.clear()
        self._is_task.clear()
        self.classes.forget()
        for scope in self._scopes.values():
            scope.forget()

    @contextmanager
    def _looking_deep(self) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def deeply(self, scope: Scope, text: str) -> Value:
        """What a dotted name means, opening whatever modules it takes."""
        with self._looking_deep():
            return scope.dotted(text)

    def imported(self, scope: Scope, item: code.Imported) -> Value:
        """What one name of an import statement in ``scope`` means."""
        path = self._imported_path(scope, item.module, item.level)
        if not item.name:
            return ModuleValue(path) if path else External(item.module)
        submodule = self._submodule_of(scope, item)
        if path is None:
            if submodule is not None:
                return ModuleValue(submodule)
            return of_external(f"{'.' * item.level}{item.module}", item.name)
        value: Value = UNKNOWN
        if path != scope.path and self._may_open(path, item.name):
            value = self.scope(path).member(item.name)
        if value == UNKNOWN and submodule is not None:
            return ModuleValue(submodule)
        return value

    def _imported_path(self, scope: Scope, module: str, level: int) -> str | None:
        modules = self.project.modules
        if level:
            return modules.relative(module, level, scope.path)
        return modules.find(module, scope.path)

    def _submodule_of(self, scope: Scope, item: code.Imported) -> str | None:
        name = f"{item.module}.{item.name}" if item.module else item.name
        return self._imported_path(scope, name, item.level)

    def submodule(self, scope: Scope, name: str) -> Value | None:
        """The module ``name`` of a package, where ``scope`` is its ``__init__``."""
        if not scope.path.endswith("__init__.py"):
            return None
        path = self.project.modules.relative(name, 1, scope.path)
        return ModuleValue(path) if path and path != scope.path else None

    def module_within(self, value: Value) -> Value:
        """The project's module that a dotted path names, where it is one."""
        if isinstance(value, External):
            path = self.project.modules.exactly(value.path)
            return ModuleValue(path) if path else value
        return value

    def _may_open(self, path: str, name: str) -> bool:
        record = self.project.records[path]
        return (
            self._depth > 0
            or record.celery
            or self.relevance.knows(name)
            or path in self._scopes
        )

    def may_read(self, scope: Scope, definition: Definition) -> bool:
        """Whether a definition's code is looked at."""
        return self._depth > 0 or self.relevance.wants(scope, definition)

    def may_be_task(self, scope: Scope, path: str) -> bool:
        """Whether ``path.delay`` in a module can be nothing but a task being sent."""
        top = path.partition(".")[0]
        if top in decorators.OTHER_TASKS or top in sys.stdlib_module_names:
            return False
        if path.count(".") < 2 or "(" in path:
            return False
        return self.project.uses_celery(scope.path)

    # What was noticed on the way

    def note_attribute(self, owner: Value, name: str, value: Value) -> None:
        """``owner.name = value`` was seen."""
        if isinstance(owner, (Instance, ClassValue)) and not isinstance(value, Parameter):
            self.classes.note(owner.symbol, name, value)

    def note_view(self, value: Value) -> None:
        """``value`` was handed to a framework as a view."""
        if isinstance(value, FunctionValue):
            self.views.add(value.symbol)
        elif isinstance(value, (ClassValue, Instance)):
            self.view_classes.add(value.symbol)
        elif isinstance(value, Closure):
            self.view_closures.add(value.code)

    def note_handlers(self, bases: list[Value], methods: list[Closure]) -> None:
        """A class inside a function was met: what answers requests there is a view."""
        paths = [base.path for base in bases if isinstance(base, External)]
        names = frozenset().union(*(handlers_of(path) or () for path in paths))
        for method in methods:
            if isinstance(method.code, code.Function) and method.code.name in names:
                self.note_view(method)

    def note_task(self, value: Value) -> None:
        """``value`` was made a task by ``app.task(value)``."""
        if isinstance(value, FunctionValue):
            self.tasks.add(value.symbol)

    def scopes_task(
        self, symbol: FunctionSymbol, owner: Value | None = None
    ) -> Value | None:
        """The task that a decorated function is, or None."""
        if self.is_task(symbol):
            ignores = "ignore_result" in symbol.definition.flags
            return TaskValue(symbol.name, FunctionValue(symbol, owner), ignores)
        return None

    def is_task(self, symbol: FunctionSymbol) -> bool:
        """Whether a decorator makes the function a task."""
        known = self._is_task.get(symbol)
        if known is None:
            self._is_task[symbol] = False
            known = self._is_task[symbol] = any(
                decorators.makes_task(
                    self, symbol.scope, text, self.deeply(symbol.scope, text)
                )
                for text in symbol.definition.decorators
                if text
            )
        return known

    def nested_task(self, closure: Closure) -> TaskValue | None:
        """The task that a decorated inner function is, or None."""
        node = closure.code
        if not isinstance(node, code.Function):
            return None
        for decorator in node.decorators:
            text, value = self.decorator(closure.frame, decorator)
            if decorators.makes_task(self, closure.frame.scope, text, value):
                return TaskValue(node.name, closure, _ignores_result(decorator))
        return None

    def decorator(self, frame: Frame, node: code.Expression) -> tuple[str, Value]:
        """A decorator's dotted name and what that name means."""
        target = node.function if isinstance(node, code.Call) else node
        with self._looking_deep():
            return code.dotted(target), frame.evaluate(target)

    def is_test(self, path: str) -> bool:
        """Whether a file is test code, by the patterns that the user can set."""
        known = self._tests.get(path)
        if known is None:
            known = self._tests[path] = self._matches_test_pattern(path)
        return known

    def _matches_test_pattern(self, path: str) -> bool:
        parts = os.path.relpath(path, self.project.root).split(os.sep)
        endings = ["/".join(parts[start:]) for start in range(len(parts))]
        return any(
            fnmatchcase(ending, pattern)
            for pattern in self.project.options.test_files
            for ending in endings
        )

    # Calls

    def run(
        self,
        frame: Frame,
        callee: Value,
        given: Sequence[Given],
        at: code.Span,
        *,
        applied: bool = False,
    ) -> Value:
        """Call ``callee`` from ``frame``: note its waits, return its value."""
        if not isinstance(callee, (FunctionValue, Closure)):
            return UNKNOWN
        outcome = self.outcome(callee, given, frame.state.finished)
        hop = Hop(frame.scope.path, at, _name_of(callee), _identity(callee))
        for wait in _distinct(outcome.waits):
            frame.met(wait.through(hop, guarded=False, allowed=frame.allowing > 0))
        frame.reads |= outcome.reads
        frame.state.finished |= outcome.finished
        return outcome.value

    def outcome(
        self,
        callee: Callee,
        given: Sequence[Given] | None = None,
        finished: frozenset[Key] = frozenset(),
    ) -> Outcome:
        """What a call does; without ``given``, whatever the arguments are."""
        node = self._code_of(callee, given)
        if node is None or len(self._running) > DEEPEST_CALLS:
            return Outcome()
        bound = (
            _bind(node, given, _skips_first(callee, node)) if given is not None else None
        )
        telling = self._telling(bound or {})
        finished = self._known_inside(callee, node, telling, finished)
        if bound is not None and not telling and not finished:
            whatever = self.outcome(callee)
            if not (whatever.waits or whatever.reads) and self._lowest >= len(
                self._running
            ):
                return whatever  # knowing the arguments could only rule waits out
        telling |= {name: v for name, v in (bound or {}).items() if _is_switch(v)}
        key = (callee, bound is None, tuple(telling.items()), finished)
        known = self._outcomes.get(key)
        if known is not None:
            return known
        if key in self._unfinished:
            outcome, lowest = self._unfinished[key]
            self._lowest = min(self._lowest, lowest)
            return outcome
        if key in self._running:
            self._lowest = min(self._lowest, self._running[key])
            return Outcome()
        return self._evaluated(key, callee, node, bound, finished)

    def _known_inside(
        self,
        callee: Callee,
        node: code.Function | code.Lambda,
        telling: Bound,
        finished: frozenset[Key],
    ) -> frozenset[Key]:
        """Those of the finished handles that the callee can come across."""
        if not finished or isinstance(callee, Closure):
            return finished
        met = {EVERY_HANDLE}
        for value in telling.values():
            met.update(keys_in(value))
        if isinstance(callee.owner, Instance):
            met |= self.classes.handle_keys(callee.owner.symbol)
        names = {"self", *(parameter.name for parameter in node.parameters)}
        return frozenset(
            key
            for key in finished
            if any(key[: len(other)] == other[: len(key)] for other in met)
            or (key[0] == "id" and names.issuperset(key[2]))  # type: ignore[arg-type]
        )

    def _telling(self, bound: Bound) -> Bound:
        """The arguments that a callee could wait through."""
        return {
            name: value
            for name, value in bound.items()
            if not isinstance(value, Literal) and self._tells(value)
        }

    def _tells(self, value: Value) -> bool:
        if isinstance(value, (Items, Either)):
            parts = value.values if isinstance(value, Items) else value.options
            return any(self._tells(part) for part in parts if not isinstance(part, Literal))
        if isinstance(value, Instance):
            return self.relevance.concerns(value.symbol)
        return is_telling(value)

    def deep_outcome(self, callee: Callee) -> Outcome:
        """The same, reading the callee's code whatever it is."""
        with self._looking_deep():
            return self.outcome(callee)

    def _evaluated(
        self,
        key: object,
        callee: Callee,
        node: code.Function | code.Lambda,
        bound: Bound | None,
        finished: frozenset[Key],
    ) -> Outcome:
        """Evaluate one call; in a cycle, what depends on an unfinished call is not kept."""
        outer, self._lowest = self._lowest, sys.maxsize
        depth = self._running[key] = len(self._running)
        try:
            outcome = self._run_body(callee, node, bound, finished)
        finally:
            del self._running[key]
            lowest = self._lowest
            self._lowest = min(outer, lowest) if lowest < depth else outer
        if lowest < depth:
            self._unfinished[key] = (outcome, lowest)
            return outcome
        self._outcomes[key] = outcome
        if lowest == depth:
            self._unfinished = {k: v for k, v in self._unfinished.items() if v[1] < depth}
        return outcome

    def _code_of(
        self, callee: Callee, given: Sequence[Given] | None
    ) -> code.Function | code.Lambda | None:
        if isinstance(callee, Closure):
            return callee.code
        symbol = callee.symbol
        if decorators.runs_elsewhere(symbol.definition.decorators) and given is not None:
            return None
        told = any(
            is_telling(argument.value)
            and not isinstance(argument.value, (Literal, Instance))
            for argument in given or ()
        )
        if not told and not self.may_read(symbol.scope, symbol.definition):
            return None
        return self.function_code(symbol)

    def function_code(self, symbol: FunctionSymbol) -> code.Function | None:
        """The code of a function; None where libcst gave up."""
        lowered = symbol.scope.source.code(symbol.definition)
        first = lowered[0] if lowered else None
        return first if isinstance(first, code.Function) else None

    def _run_body(
        self,
        callee: Callee,
        node: code.Function | code.Lambda,
        bound: Bound | None,
        finished: frozenset[Key],
    ) -> Outcome:
        frame = self._frame_for(callee)
        frame.state.finished = finished
        self._bind_parameters(frame, node, bound)
        if isinstance(node, code.Lambda):
            frame.returns.append((frame.evaluate(node.body), frame.state))
            frame.state.reached = False
            return frame.outcome(is_generator=False)
        self.run_statements(frame, node.body)
        outcome = frame.outcome(is_generator=node.yields)
        if node.returns is not None and not is_telling(outcome.value):
            value = annotated(frame, node.returns, code.Name("return"))
            return replace(outcome, value=value)
        return outcome

    def _frame_for(self, callee: Callee) -> Frame:
        if isinstance(callee, Closure):
            return Frame(self, callee.frame.scope, callee.frame)
        return Frame(self, callee.symbol.scope, None, callee.owner, callee.symbol)

    def _bind_parameters(
        self, frame: Frame, node: code.Function | code.Lambda, bound: Bound | None
    ) -> None:
        names = frame.state.names
        for position, parameter in enumerate(node.parameters):
            value = bound.get(parameter.name) if bound is not None else None
            if position == 0 and self._is_bound(frame, parameter):
                names[parameter.name] = self._first_of(frame)
                continue
            if value is None or not is_telling(value):
                value = self._unbound(frame, parameter, bound)
            names[parameter.name] = value

    def _is_bound(self, frame: Frame, parameter: code.Parameter) -> bool:
        """Whether the first parameter is what the function is bound to."""
        if frame.owner is not None:
            return not _is_static(frame.symbol)
        symbol = frame.symbol
        return symbol is not None and parameter.name == "self" and self.is_task(symbol)

    def _first_of(self, frame: Frame) -> Value:
        owner = frame.owner
        if owner is None:
            return TaskValue(frame.symbol.name if frame.symbol else "")
        is_class_method = frame.symbol is not None and frame.symbol.is_decorated(
            "classmethod"
        )
        if isinstance(owner, Instance) and is_class_method:
            return ClassValue(owner.symbol)
        return owner

    def _unbound(
        self, frame: Frame, parameter: code.Parameter, bound: Bound | None
    ) -> Value:
        if parameter.annotation is not None:
            value = annotated(frame, parameter.annotation, code.Name(parameter.name))
            if value != UNKNOWN:
                return value
        if bound is None or parameter.name in bound:
            return Parameter(parameter.name)
        default = parameter.default
        if isinstance(default, code.Constant) and (
            default.value is None or isinstance(default.value, bool)
        ):
            return Literal(default.value)
        return Parameter(parameter.name)

    def module_outcome(self, scope: Scope) -> ModuleOutcome:
        """What running a module's own statements does, as far as they are worth reading."""
        known = self._modules.get(scope.path)
        if known is None:
            known = ModuleOutcome(
                self._statements_outcome(scope, within_main=False),
                self._statements_outcome(scope, within_main=True),
            )
            self._modules[scope.path] = known
        return known

    def _statements_outcome(self, scope: Scope, *, within_main: bool) -> Outcome:
        frame = Frame(self, scope)
        for definition in scope.all_statements():
            if definition.within_main is within_main and self.may_read(scope, definition):
                self.run_statements(frame, scope.source.code(definition))
                frame.state.reached = True
        return frame.outcome(is_generator=False)

    def run_statements(self, frame: Frame, body: Sequence[code.Statement]) -> None:
        """Go through statements; code too deep to follow is let be."""
        try:
            statements.run(frame, body)
        except RecursionError:
            frame.state.reached = False


def _skips_first(callee: Callee, node: code.Function | code.Lambda) -> bool:
    if isinstance(callee, Closure):
        return False
    if callee.owner is not None:
        is_unbound = isinstance(
            callee.owner, ClassValue
        ) and not callee.symbol.is_decorated("classmethod")
        return not is_unbound and not _is_static(callee.symbol)
    # The first parameter of a bound task is the task itself.
    first = node.parameters[0].name if node.parameters else ""
    return first == "self" and bool(callee.symbol.definition.decorators)


def _ignores_result(decorator: code.Expression) -> bool:
    return isinstance(decorator, code.Call) and any(
        argument.name == "ignore_result"
        and isinstance(argument.value, code.Constant)
        and argument.value.value is True
        for argument in decorator.arguments
    )


def _is_switch(value: Value) -> bool:
    return isinstance(value, Literal) and is_telling(value)


def _is_static(symbol: FunctionSymbol | None) -> bool:
    return symbol is not None and symbol.is_decorated("staticmethod")


def _bind(
    node: code.Function | code.Lambda, given: Sequence[Given], skip_first: bool
) -> Bound:
    """The parameters that a call binds; those it may bind stand for anything."""
    positional = [p for p in node.parameters if p.kind == ""][int(skip_first) :]
    bound: Bound = {}
    position = 0
    for argument in given:
        if argument.name in {"*", "**"}:
            rest = elements(argument.value) if argument.name == "*" else UNKNOWN
            for parameter in positional[position:]:
                bound.setdefault(parameter.name, rest)
        elif argument.name:
            bound[argument.name] = argument.value
        elif position < len(positional):
            bound[positional[position].name] = argument.value
            position += 1
        else:
            _add_extra(node, bound, argument.value)
    return bound


def _add_extra(node: code.Function | code.Lambda, bound: Bound, value: Value) -> None:
    for parameter in node.parameters:
        if parameter.kind == "*":
            held = bound.get(parameter.name, Items(exact=True))
            values = held.values if isinstance(held, Items) else ()
            bound[parameter.name] = Items((*values, value), exact=True)


def _distinct(waits: Sequence[Wait]) -> list[Wait]:
    """One wait of each nature: a call is one finding, however many reads it leads to."""
    by_nature: dict[object, Wait] = {}
    for wait in waits:
        by_nature.setdefault(wait.nature, wait)
    return list(by_nature.values())


def _name_of(callee: Callee) -> str:
    if isinstance(callee, FunctionValue):
        return callee.symbol.qualified_name
    return callee.code.name if isinstance(callee.code, code.Function) else "lambda"


def _identity(callee: Callee) -> object:
    return callee.symbol if isinstance(callee, FunctionValue) else callee.code
