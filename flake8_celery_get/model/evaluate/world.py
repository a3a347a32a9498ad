"""The project as evaluation sees it: names across modules, and what was noticed."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from flake8_celery_get.model.calls import calls
from flake8_celery_get.model.classes import decorators, task_options
from flake8_celery_get.model.classes.attributes import of_external
from flake8_celery_get.model.classes.classes import Classes
from flake8_celery_get.model.evaluate import expressions
from flake8_celery_get.model.evaluate.calling import Calling
from flake8_celery_get.model.evaluate.names import Names
from flake8_celery_get.model.evaluate.relevance import Relevance
from flake8_celery_get.model.evaluate.task_names import TaskNames
from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.flow.shared import Shared
from flake8_celery_get.model.flow.stores.stored import Stored
from flake8_celery_get.model.known.installed import is_known_package
from flake8_celery_get.model.known.path_patterns import matches_any
from flake8_celery_get.model.noticed.memo import Memo
from flake8_celery_get.model.noticed.notes import Notes
from flake8_celery_get.model.noticed.seen import Seen
from flake8_celery_get.model.sends.sends import SendingNotes
from flake8_celery_get.model.settings.acts import Acts
from flake8_celery_get.model.settings.constructor import may_tell
from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol, Scope
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    ClassValue,
    Closure,
    External,
    FunctionValue,
    Instance,
    ModuleValue,
    Parameter,
    Run,
    TaskOptions,
    TaskValue,
    Value,
)
from flake8_celery_get.project.named_test import NamedTest
from flake8_celery_get.project.project import Project
from flake8_celery_get.source import code, words

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.listener import Listener
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.source.outline import Definition


class World:
    """Holds everything that is known of one project.

    ``sending`` is None where only waits are looked for: that is quicker.
    """

    def __init__(self, project: Project, *, every_send: bool = False) -> None:
        self.project = project
        self.sending = SendingNotes() if every_send else None
        self.names = Names(self)
        self.classes = Classes(self)
        self.relevance = Relevance(project, self.is_test, every_send=every_send)
        self._scopes: dict[str, Scope] = {}
        self._depth = 0
        self._tests: dict[str, bool] = {}
        self._named_test = NamedTest(project)
        self._unopened: set[tuple[str, str]] = set()
        self._unconcerned: set[ClassSymbol] = set()
        self.notes = Notes()
        self.seen = Seen()
        self.task_names = TaskNames(self)
        self.acts = Acts()
        self.shared = Shared(self)
        self.stored = Stored(self)
        self.listener: Listener | None = None
        self.calls = Calling(self)

    def evaluate(self, frame: Frame, node: code.Expression) -> Value:
        """The value of an expression at one point of a run."""
        return expressions.evaluate(frame, node)

    def called(
        self, frame: Frame, value: Value, given: tuple[Given, ...], node: code.Call
    ) -> Value:
        """What calling a value at one point of a run gives."""
        return calls.called(frame, value, given, node)

    def scope(self, path: str) -> Scope:
        """The names of the module at ``path``."""
        scope = self._scopes.get(path)
        if scope is None:
            source = self.project.consult(path)
            scope = self._scopes[path] = Scope(path, source)
        return scope

    def scopes(self) -> list[Scope]:
        """The modules that were looked into so far."""
        return list(self._scopes.values())

    @property
    def memo(self) -> Memo:
        """The answers that were given so far."""
        return self.notes.memo

    def forget(self) -> None:
        """Evaluate everything anew."""
        self.notes.forget()

    def settle(self) -> set[Hashable]:
        """Drop what more knowledge of the project has made void, and tell what that was."""
        for path, line, column in self.relevance.wanted_now():
            self.memo.changed(("read", path, line, column))
        opened = {pair for pair in self._unopened if self._may_open(*pair)}
        self._unopened -= opened
        for pair in opened:
            self.memo.changed(("open", *pair))
        concerned = set(filter(self.relevance.concerns, self._unconcerned))
        self._unconcerned -= concerned
        for symbol in concerned:
            self.memo.changed(("concerns", symbol))
        return self.memo.settle()

    @property
    def is_looking_deep(self) -> bool:
        """Whether modules and code that nothing else speaks for are opened now."""
        return self._depth > 0

    @contextmanager
    def looking_deep(self) -> Iterator[None]:
        """Open whatever modules it takes, for what is asked inside."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    @contextmanager
    def aside(self, *, deep: bool = True) -> Iterator[None]:
        """Evaluate something once more without a trace in what was noticed so far."""
        notes, self.notes = self.notes, Notes()
        sending, self.sending = self.sending, None
        self._depth += deep
        try:
            yield
        finally:
            self._depth -= deep
            self.notes = notes
            self.sending = sending

    def module_of(self, scope: Scope, item: code.Imported) -> str | None:
        """The file that an import in ``scope`` takes its names from."""
        return self._imported_path(scope, item.module, item.level)

    def deeply(self, scope: Scope, text: str) -> Value:
        """What a dotted name means, opening whatever modules it takes."""
        with self.looking_deep():
            return self.names.dotted(scope, text)

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
        may_hide = submodule is not None and self.project.mentions(path, item.name)
        if path != scope.path and (may_hide or self._opens(path, item.name)):
            value = self.names.member(self.scope(path), item.name)
        if value != UNKNOWN or submodule is None:
            return value
        return UNKNOWN if self._is_hidden(path, item.name) else ModuleValue(submodule)

    def _is_hidden(self, package: str, name: str) -> bool:
        """Whether a package binds to something else what is the name of a module in it."""
        scope = self._scopes.get(package)
        if scope is None or scope.defines(name):
            return scope is not None
        item = scope.imports.get(name)
        return item is not None and self._submodule_of(scope, item) is None

    def _imported_path(self, scope: Scope, module: str, level: int) -> str | None:
        modules = self.project.modules
        if level:
            return modules.relative(module, level, scope.path)
        found = modules.find(module, scope.path)
        if found is None and not is_known_package(module.partition(".")[0]):
            return modules.sibling(module, scope.path)
        return found

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

    def _opens(self, path: str, name: str) -> bool:
        if self._may_open(path, name):
            return True
        self._unopened.add((path, name))
        self.memo.needs(("open", path, name))
        return False

    def _may_open(self, path: str, name: str) -> bool:
        record = self.project.records[path]
        return (
            self._depth > 0
            or self.acts.listening
            or record.celery
            or self.relevance.knows(name)
            or path in self._scopes
        )

    def concerns(self, symbol: ClassSymbol) -> bool:
        """Whether some member of the class leads to a wait."""
        if self.relevance.concerns(symbol):
            return True
        self._unconcerned.add(symbol)
        self.memo.needs(("concerns", symbol))
        return False

    def may_read(self, scope: Scope, definition: Definition) -> bool:
        """Whether a definition's code is looked at."""
        if self._depth > 0 or self.relevance.wants(scope, definition):
            return True
        self.memo.needs(("read", scope.path, definition.line, definition.column))
        return self.acts.listening and may_tell(scope, definition)

    def may_look_up(self, scope: Scope, definition: Definition) -> bool:
        """The same for a statement that binds a name somebody asks for."""
        return (
            self.sending is not None
            or self.may_call(scope, definition)
            or scope.source.says(definition, words.makes_rows)
            or self._replaces_function(scope, definition)
        )

    def _replaces_function(self, scope: Scope, definition: Definition) -> bool:
        """Whether a statement makes a task of a function of that name: ``f = app.task(f)``."""
        is_defined = not scope.functions.keys().isdisjoint(definition.names)
        return is_defined and scope.source.says(definition, words.makes_tasks)

    def may_call(self, scope: Scope, definition: Definition) -> bool:
        """The same for what somebody calls who was read; a listener hears of times, too."""
        if self.listener is not None and scope.source.says(definition, words.tells_time):
            return True
        return self.may_read(scope, definition) or self.task_names.are_in(scope, definition)

    def may_be_task(self, scope: Scope, path: str) -> bool:
        """Whether ``path.delay`` in a module can be nothing but a task being sent."""
        top = path.partition(".")[0]
        if top in decorators.OTHER_TASKS or (top != "celery" and is_known_package(top)):
            return False
        if path.count(".") < 2 or "(" in path:
            return False
        return self.project.uses_celery(scope.path)

    def note_attribute(self, owner: Value, name: str, value: Value) -> None:
        """``owner.name = value`` was seen."""
        if isinstance(owner, (Instance, ClassValue)) and not isinstance(value, Parameter):
            self.classes.note(owner.symbol, name, value)

    def scopes_task(
        self, symbol: FunctionSymbol, owner: Value | None = None
    ) -> Value | None:
        """The task that a decorated function is, or None."""
        says = self._options_of(symbol)
        if says is None:
            return None
        return TaskValue(symbol.name, FunctionValue(symbol, owner), says)

    def is_task(self, symbol: FunctionSymbol) -> bool:
        """Whether a decorator makes the function a task."""
        return self._options_of(symbol) is not None

    def _options_of(self, symbol: FunctionSymbol) -> TaskOptions | None:
        if not any(symbol.definition.decorators):
            return None
        return self.memo.ask(
            ("task", symbol, self.is_looking_deep), partial(self._decorated, symbol), None
        )

    def _decorated(self, symbol: FunctionSymbol) -> TaskOptions | None:
        found = None
        for text in filter(None, symbol.definition.decorators):
            value = self.deeply(symbol.scope, text)
            if decorators.makes_task(self, symbol.scope, text, value):
                found = task_options.of_decorator(value, symbol.definition.keywords)
        if found is not None and "base" in symbol.definition.keywords.others:
            return task_options.with_base(self, symbol, found)
        return found

    def nested_task(self, closure: Closure) -> TaskValue | None:
        """The task that a decorated inner function is, or None."""
        node = closure.code
        if not isinstance(node, code.Function):
            return None
        for decorator in node.decorators:
            text, value = self.decorator(closure.frame, decorator)
            if decorators.makes_task(self, closure.frame.scope, text, value):
                return TaskValue(node.name, closure, task_options.of_call(value, decorator))
        return None

    def decorator(self, frame: Run, node: code.Expression) -> tuple[str, Value]:
        """A decorator's dotted name and what that name means."""
        target = node.function if isinstance(node, code.Call) else node
        with self.looking_deep():
            return code.dotted(target), frame.evaluate(target)

    def is_test(self, path: str) -> bool:
        """Whether a file is test code, by the patterns that the user can set."""
        known = self._tests.get(path)
        if known is None:
            patterns = self.project.options.test_files
            known = matches_any(self.project.from_outside(path), patterns)
            known = self._tests[path] = known and not self._named_test.holds(path)
        return known
