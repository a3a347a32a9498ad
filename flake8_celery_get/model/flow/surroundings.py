"""What code may ask of the project around it while it is evaluated.

Evaluation answers, in a room above: here are only the questions, so that each room
imports what is below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.listener import Listener
    from flake8_celery_get.model.noticed.memo import Memo
    from flake8_celery_get.model.noticed.notes import Notes
    from flake8_celery_get.model.noticed.seen import Seen
    from flake8_celery_get.model.noticed.waits import Outcome
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.definitions import (
        ClassSymbol,
        FunctionSymbol,
        Scope,
    )
    from flake8_celery_get.model.values.mappings import Entry
    from flake8_celery_get.model.values.values import (
        Callee,
        Closure,
        Key,
        Place,
        Run,
        Signature,
        Slot,
        TaskValue,
        Value,
    )
    from flake8_celery_get.project.project import Project
    from flake8_celery_get.source import code
    from flake8_celery_get.source.code import Span
    from flake8_celery_get.source.outline import Definition


class Names(Protocol):
    """What the names at the top of a module mean."""

    def lookup(self, scope: Scope, name: str) -> Value:
        """What a name means in a module, a builtin included."""

    def member(self, scope: Scope, name: str) -> Value:
        """What ``module.name`` means."""

    def dotted(self, scope: Scope, name: str) -> Value:
        """What ``a.b.c`` means in a module, as far as names alone tell."""

    def forget(self, scope: Scope) -> None:
        """Evaluate a module's names anew, so that someone can hear of it."""


class Variables(Protocol):
    """What functions put into the variables of modules."""

    def note(self, scope: Scope, name: str, held: Value) -> None:
        """A function has bound ``name`` in a module, or filled the container of that name."""

    def held(self, scope: Scope, name: str) -> list[Value]:
        """What functions made of the variable that the module calls ``name``."""


class Stores(Protocol):
    """What web apps keep for those who answer requests."""

    def note(self, path: str, slot: Slot, holder: str, value: Value) -> None:
        """Code in a file puts ``value`` into a slot of what it calls ``holder``."""

    def keeps(self, name: str) -> bool:
        """Whether something is in any slot of that name."""

    def in_slot(self, slot: Slot) -> Value | None:
        """What is in a slot; None where nothing is, or each app may have another object."""


class Lines(Protocol):
    """Where the members of classes come from."""

    def line(self, symbol: ClassSymbol) -> list[ClassSymbol]:
        """The class and its bases inside the project, nearest first."""

    def outside_bases(self, symbol: ClassSymbol) -> list[str]:
        """The dotted paths of the bases outside the project."""

    def method(self, symbol: ClassSymbol, name: str) -> FunctionSymbol | None:
        """The method that ``instance.name`` finds, inside the project."""

    def variable(self, symbol: ClassSymbol, name: str) -> Value | None:
        """What is stored as ``instance.name``, by the class body or by any method."""

    def bound(self, symbol: ClassSymbol, name: str) -> Value | None:
        """The same, opening whatever modules it takes; only where a class body binds it."""

    def handle_keys(self, symbol: ClassSymbol) -> set[Key]:
        """The keys of the handles that attributes of the class were seen to hold."""

    def is_task(self, symbol: ClassSymbol) -> bool:
        """Whether it derives from Celery's Task."""

    def is_app(self, symbol: ClassSymbol) -> bool:
        """Whether it derives from Celery's app class."""

    def is_enum(self, symbol: ClassSymbol) -> bool:
        """Whether it derives from one of the classes of ``enum``."""

    def is_handle(self, symbol: ClassSymbol) -> bool:
        """Whether it derives from Celery's ``AsyncResult``."""

    def derives_from(self, symbol: ClassSymbol, path: str) -> bool:
        """Whether ``path`` is among the bases outside the project."""


class Calls(Protocol):
    """What calls come to."""

    def run(
        self,
        frame: Frame,
        callee: Value,
        given: Sequence[Given],
        node: code.Expression,
    ) -> Value:
        """Call ``callee`` from ``frame`` at ``node``: note its waits, return its value."""

    def outcome(
        self,
        callee: Callee,
        given: Sequence[Given] | None = None,
        finished: frozenset[Key] = frozenset(),
    ) -> Outcome:
        """What a call does; without ``given``, whatever the arguments are."""

    def deep_outcome(self, callee: Callee) -> Outcome:
        """The same, reading the callee's code whatever it is."""

    def function_code(self, symbol: FunctionSymbol) -> code.Function | None:
        """The code of a function; None where libcst gave up."""

    def decorators_of(self, symbol: FunctionSymbol) -> list[code.Expression]:
        """The decorators of a function; its body is not read for them."""

    def code_around(self, within: object) -> code.Function | None:
        """The code of what a note stands in; None in a module's own statements."""

    def run_statements(self, frame: Frame, body: Sequence[code.Statement]) -> None:
        """Go through statements."""


class Puts(Protocol):
    """Who hears of what is put into the configuration of web apps."""

    def called(
        self,
        frame: Frame,
        function: code.Expression,
        given: tuple[Given, ...],
        place: Place,
    ) -> None:
        """A call was evaluated."""

    def assigned(self, target: code.Expression, entry: Entry) -> None:
        """Something was assigned to an item or an attribute."""


class Acts(Protocol):
    """Who hears of what is done to apps."""

    listening: bool
    flask: Puts | None
    flask_values: dict[str, list[tuple[Value, Place]]]

    def called(
        self,
        frame: Frame,
        function: Value,
        given: tuple[Given, ...],
        value: Value,
        node: code.Call,
    ) -> None:
        """A call was evaluated."""

    def assigned(
        self, frame: Frame, owner: Value, key: Value, value: Value, node: code.Expression
    ) -> None:
        """``owner.key = value`` or ``owner[key] = value`` was evaluated."""


class Beat(Protocol):
    """Who keeps the entries of schedules."""

    def mapped(self, frame: Frame, node: code.Mapping, values: list[Value]) -> None:
        """A mapping was evaluated."""

    def assigned(self, frame: Frame, node: code.Assign) -> None:
        """An assignment was evaluated."""


class Sending(Protocol):
    """Who keeps what is sent."""

    @property
    def beat(self) -> Beat:
        """Who keeps the entries of schedules."""

    def joined(self, kind: str, parts: tuple[Value, ...]) -> Signature:
        """The canvas that ``first | second`` makes."""

    def noted(
        self,
        frame: Frame,
        function: Value,
        given: tuple[Given, ...],
        node: code.Call,
        value: Value,
    ) -> Value:
        """Note what a call sends; the value it gives, with the tasks inside a signature."""

    def sent(
        self, frame: Frame, tasks: Sequence[TaskValue], at: Span, value: Value
    ) -> None:
        """Tasks are sent at this point; ``value`` is the handle, if there is one."""


class Relevant(Protocol):
    """What is worth reading."""

    def read(self, scope: Scope, definition: Definition) -> bool:
        """Count the definition as read from now on; tells whether it was not before."""

    def concerns(self, symbol: ClassSymbol) -> bool:
        """Whether some member of the class leads to a wait."""


class Naming(Protocol):
    """Where tasks are named."""

    def are_in(self, scope: Scope, definition: Definition) -> bool:
        """Whether a definition names a task."""


class Surroundings(Protocol):
    """The project, as far as it is known."""

    @property
    def project(self) -> Project:
        """The files."""

    @property
    def names(self) -> Names:
        """What names mean."""

    @property
    def classes(self) -> Lines:
        """What classes inherit."""

    @property
    def calls(self) -> Calls:
        """What calls come to."""

    @property
    def acts(self) -> Acts:
        """Who hears of what is done to apps."""

    @property
    def sending(self) -> Sending | None:
        """Who keeps what is sent; None where only waits are looked for."""

    @property
    def listener(self) -> Listener | None:
        """Who hears of each call."""

    @property
    def notes(self) -> Notes:
        """What was noticed."""

    @property
    def seen(self) -> Seen:
        """What code was seen to make of functions and classes."""

    @property
    def relevance(self) -> Relevant:
        """What is worth reading."""

    @property
    def task_names(self) -> Naming:
        """Where tasks are named."""

    @property
    def memo(self) -> Memo:
        """The answers that were given so far."""

    @property
    def shared(self) -> Variables:
        """What functions put into the variables of modules."""

    @property
    def stored(self) -> Stores:
        """What is kept in web apps."""

    @property
    def is_looking_deep(self) -> bool:
        """Whether modules and code that nothing else speaks for are opened now."""

    def looking_deep(self) -> AbstractContextManager[None]:
        """Open whatever modules it takes, for what is asked inside."""

    def aside(self, *, deep: bool = True) -> AbstractContextManager[None]:
        """Evaluate something once more without a trace in what was noticed so far."""

    def evaluate(self, frame: Frame, node: code.Expression) -> Value:
        """The value of an expression at one point of a run."""

    def called(
        self, frame: Frame, value: Value, given: tuple[Given, ...], node: code.Call
    ) -> Value:
        """What calling a value at one point of a run gives."""

    def scope(self, path: str) -> Scope:
        """The names of the module at ``path``."""

    def scopes(self) -> list[Scope]:
        """The modules that were looked into so far."""

    def module_of(self, scope: Scope, item: code.Imported) -> str | None:
        """The file that an import in ``scope`` takes its names from."""

    def deeply(self, scope: Scope, text: str) -> Value:
        """What a dotted name means, opening whatever modules it takes."""

    def imported(self, scope: Scope, item: code.Imported) -> Value:
        """What one name of an import statement in ``scope`` means."""

    def module_within(self, value: Value) -> Value:
        """The project's module that a dotted path names, where it is one."""

    def submodule(self, scope: Scope, name: str) -> Value | None:
        """The module ``name`` of a package, where ``scope`` is its ``__init__``."""

    def may_read(self, scope: Scope, definition: Definition) -> bool:
        """Whether a definition's code is looked at."""

    def may_call(self, scope: Scope, definition: Definition) -> bool:
        """The same for what somebody calls who was read."""

    def may_look_up(self, scope: Scope, definition: Definition) -> bool:
        """The same for a statement that binds a name somebody asks for."""

    def may_be_task(self, scope: Scope, path: str) -> bool:
        """Whether ``path.delay`` in a module can be nothing but a task being sent."""

    def concerns(self, symbol: ClassSymbol) -> bool:
        """Whether some member of the class leads to a wait."""

    def decorator(self, frame: Run, node: code.Expression) -> tuple[str, Value]:
        """A decorator's dotted name and what that name means."""

    def is_test(self, path: str) -> bool:
        """Whether a file is test code, by the patterns that the user can set."""

    def is_task(self, symbol: FunctionSymbol) -> bool:
        """Whether a decorator makes the function a task."""

    def scopes_task(
        self, symbol: FunctionSymbol, owner: Value | None = None
    ) -> Value | None:
        """The task that a decorated function is, or None."""

    def nested_task(self, closure: Closure) -> TaskValue | None:
        """The task that a decorated inner function is, or None."""

    def note_attribute(self, owner: Value, name: str, value: Value) -> None:
        """``owner.name = value`` was seen."""
