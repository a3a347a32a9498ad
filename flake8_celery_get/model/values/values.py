"""What a name can stand for. Everything here is plain and compares by content."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

from flake8_celery_get.model.known.celery_words import (
    READY_STATES,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.values.definitions import (
        ClassSymbol,
        FunctionSymbol,
        Scope,
    )
    from flake8_celery_get.source.code import Expression, Function, Lambda, Span

Key: TypeAlias = tuple[object, ...]
"""Identifies a handle: where it came into being, or the source of its id.

The key of a group's child starts with the key of the group.
"""

Place: TypeAlias = "tuple[str, Span]"
"""A path, and where in its file."""

Slot: TypeAlias = "tuple[str, str]"
"""A store of a web app, and the name of one object in it."""

DEEPEST_KEY = 12
"""Children of children are told apart so far: a walk through a tree of results must end."""


def derived(key: Key, word: str) -> Key:
    """The key of a handle that is got from another."""
    return (*key, word) if len(key) < DEEPEST_KEY else key


EVERY_HANDLE: Key = ("eager",)
"""The key that is finished where the app runs its tasks eagerly."""
SUCCEEDED = "succeeded"
"""Ends a handle's key, among those that are finished, where no failure is possible."""


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """Something the linter knows of a value."""


@dataclass(frozen=True, slots=True)
class Unknown(Value):
    """Nothing is known."""


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Literal(Value):
    """A constant."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Text(Value):
    """A text of which only the beginning is known."""

    start: str


@dataclass(frozen=True, slots=True)
class FromEnvironment(Value):
    """What the environment says of ``name``, or ``default`` where it says nothing.

    The name is empty where it is not written down.
    """

    default: Value
    name: str = ""


@dataclass(frozen=True, slots=True)
class External(Value):
    """A name outside the project, by its dotted path."""

    path: str


@dataclass(frozen=True, slots=True)
class Made(Value):
    """What a call of something outside the project returned."""

    path: str


@dataclass(frozen=True, slots=True)
class ModuleValue(Value):
    """A module of the project."""

    path: str


@dataclass(frozen=True, slots=True)
class Namespace(Value):
    """The names of a module of the project as a mapping: ``globals()``."""

    path: str


@dataclass(frozen=True, slots=True)
class ClassValue(Value):
    """A class of the project."""

    symbol: ClassSymbol


@dataclass(frozen=True, slots=True)
class Instance(Value):
    """An instance of a project's class."""

    symbol: ClassSymbol


@dataclass(frozen=True, slots=True)
class Rows(Value):
    """Instances of a project's model in a database: a manager, or a query for some of them.

    ``manager`` is the project's own class of the manager, if it has one.
    """

    symbol: ClassSymbol
    manager: ClassSymbol | None = None


@dataclass(frozen=True, slots=True)
class Super(Value):
    """``super()``: the classes behind ``after`` in the line of an instance's class."""

    instance: Instance
    after: ClassSymbol


@dataclass(frozen=True, slots=True)
class FunctionValue(Value):
    """A function or method of the project; ``owner`` is what it is bound to."""

    symbol: FunctionSymbol
    owner: Value | None = None


class Run(Protocol):
    """One run through a body of code, which handles and inner functions come from."""

    @property
    def scope(self) -> Scope:
        """The module of the code."""

    @property
    def within(self) -> object:
        """Whose body is run: a function's symbol, or the code of an inner one."""

    def evaluate(self, node: Expression) -> Value:
        """The value of an expression at this point."""

    def was_handed_in(self, value: Value) -> bool:
        """Whether a caller gave the handle."""

    def came_from_outside(self, value: Value) -> bool:
        """Whether a caller or an object gave the handle: another time it is another."""

    def as_run(self, handle: Handle) -> Handle:
        """The handle as the code gets it where it is reached."""


@dataclass(frozen=True, slots=True, eq=False)
class Closure(Value):
    """A function or lambda that is defined inside a function."""

    code: Function | Lambda
    frame: Run


Callee: TypeAlias = "FunctionValue | Closure"
"""What has a body of the project's own."""


@dataclass(frozen=True, slots=True)
class Returning(Value):
    """A function that gives ``value``, whatever its arguments are."""

    value: Value


@dataclass(frozen=True, slots=True)
class AppValue(Value):
    """A Celery app; ``site`` is where it is made, empty where that is not known."""

    name: str = ""
    site: Key = ()


YES, NO, AS_APP, UNSURE = "yes", "no", "as its app", "unsure"
"""What a task says of one of its options."""


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """What a task says of its results: YES, NO, AS_APP or UNSURE; ``app`` is its app's site.

    ``ignores`` is ``ignore_result``, ``tracks`` is ``track_started``, ``keeps_errors`` is
    ``store_errors_even_if_ignored``. ``expires`` is AS_APP where nothing says when what is
    sent expires, else UNSURE.
    """

    ignores: str = UNSURE
    tracks: str = UNSURE
    app: Key = ()
    keeps_errors: str = UNSURE
    expires: str = UNSURE


NOTHING_KNOWN = TaskOptions()

ELSEWHERE: Key = ("elsewhere",)
"""The key of an app, or a backend, that nobody can look into."""


@dataclass(frozen=True, slots=True)
class ConfValue(Value):
    """The ``conf`` of an app."""

    app: AppValue


@dataclass(frozen=True, slots=True)
class TaskValue(Value):
    """A Celery task; ``body`` is what runs when it is called."""

    name: str
    body: Value = UNKNOWN
    options: TaskOptions = NOTHING_KNOWN


Head: TypeAlias = "tuple[str, Span, object]"
"""Where a signature is built: the file, the place, and what it stands in."""


@dataclass(frozen=True, slots=True)
class Signature(Value):
    """A signature or a canvas: ``kind`` is task, chain, group, chord, map or chunks.

    ``options`` are those of the task whose result the handle will stand for, ``header``
    what the header of a chord says. ``members`` are the tasks in it, where someone asked
    for all sends. ``heads`` are the calls that build what gets the arguments of a send, each
    with its file and function, where someone listens. ``chords`` are where the chords in it
    are built.
    """

    kind: str
    name: str = ""
    body: Value = UNKNOWN
    options: TaskOptions = NOTHING_KNOWN
    members: tuple[TaskValue, ...] = ()
    heads: tuple[Head, ...] = ()
    ends_in_group: bool = False
    header: TaskOptions = NOTHING_KNOWN
    chords: tuple[Place, ...] = ()

    @property
    def is_canvas(self) -> bool:
        """Whether calling it sends it; a plain signature runs its task here."""
        return self.kind in {"chain", "group", "chord", "chunks"}


@dataclass(frozen=True, slots=True)
class Handle(Value):
    """What stands for a task's outcome.

    ``origin`` is sent (a single task), named (by ``send_task``), canvas, applied, rebuilt
    (from an id), known (from the id of another handle) or given (by an annotation).
    ``task`` names what was sent, ``options`` are its own. What reads the handle raises
    where its app ``lacks_backend``. A ``supposed`` handle came from a parameter that nobody
    has bound yet: it is worth following, but never reported.
    """

    kind: str
    key: Key
    origin: str = "sent"
    task: str = ""
    supposed: bool = False
    options: TaskOptions = NOTHING_KNOWN
    lacks_backend: bool = False

    @property
    def is_unreadable(self) -> bool:
        """Whether reading it raises at once: its app has no result backend."""
        return self.lacks_backend and self.origin != "applied"

    @property
    def ignored(self) -> bool:
        """Whether its task says that nobody wants the result: a read gives None at once."""
        return self.origin == "sent" and self.options.ignores == YES

    @property
    def stores_nothing(self) -> bool:
        """Whether nothing of its task is stored, not even a failure: it is never ready."""
        options = self.options
        return (
            self.origin in {"sent", "named", "canvas", "rebuilt", "known"}
            and options.ignores == YES
            and options.keeps_errors in {NO, AS_APP}
        )

    @property
    def is_group(self) -> bool:
        """Whether it stands for the outcomes of several tasks."""
        return self.kind in {"GroupResult", "ResultSet"}

    def child(self) -> Handle:
        """One of the handles that this one consists of."""
        key = derived(self.key, "child")
        return replace(self, kind="AsyncResult", key=key, options=NOTHING_KNOWN)


@dataclass(frozen=True, slots=True)
class Method(Value):
    """An attribute of a Celery value, not called yet: ``task.delay``, ``result.get``.

    Where it is ``filled``, ``partial`` has given it some of its arguments.
    """

    owner: Value
    name: str
    filled: bool = False

    @property
    def is_setting(self) -> bool:
        """Whether it is ``app.conf.some_setting``."""
        return isinstance(self.owner, ConfValue)


@dataclass(frozen=True, slots=True)
class Chosen(Value):
    """What was chosen by a state, a function or a constant: the ``finished`` handles are then."""

    value: Value
    finished: frozenset[Key]


@dataclass(frozen=True, slots=True)
class Parameter(Value):
    """A parameter that nobody has bound: anything, perhaps a task."""

    name: str


@dataclass(frozen=True, slots=True)
class StateValue(Value):
    """The state of a handle; ``fold`` is the method that has changed its letters.

    ``part`` are the bounds of the slice that is left of it.
    """

    handle: Handle
    fold: str = ""
    part: tuple[int | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class Truth(Value):
    """A condition: which handles are finished when it holds, and when it does not.

    ``holds_in`` are the final states of a task in which it can hold, ``fails_in`` those in
    which it can turn out otherwise.
    """

    when_true: frozenset[Key] = frozenset()
    when_false: frozenset[Key] = frozenset()
    holds_in: frozenset[str] = READY_STATES
    fails_in: frozenset[str] = READY_STATES

    def negated(self) -> Truth:
        """The condition that holds when this one does not."""
        return Truth(self.when_false, self.when_true, self.fails_in, self.holds_in)


@dataclass(frozen=True, slots=True)
class StandIn(Value):
    """What another object gave in a handle's place: on this way there is no handle."""


STAND_IN = StandIn()


@dataclass(frozen=True, slots=True)
class Items(Value):
    """A container: its elements, in order where ``exact``; ``kind`` is sequence or mapping.

    A mapping that is written out has a key for each value, UNKNOWN for one that is computed
    or unpacked, and its ``places``. No ``keys`` means that none is known.
    """

    values: tuple[Value, ...] = ()
    kind: str = "sequence"
    exact: bool = False
    keys: tuple[Value, ...] = ()
    places: tuple[Place, ...] = ()
    depth: int = field(default=1, init=False, compare=False)

    def __post_init__(self) -> None:
        depth = 1 + max(map(depth_of, self.values), default=0)
        if depth > DEEPEST_VALUE:
            object.__setattr__(self, "values", (UNKNOWN,))
            object.__setattr__(self, "keys", ())
            object.__setattr__(self, "places", ())
            depth = 1
        object.__setattr__(self, "depth", depth)

    @property
    def parts(self) -> tuple[Value, ...]:
        """The elements."""
        return self.values


@dataclass(frozen=True, slots=True)
class Either(Value):
    """One of several values, depending on the way taken."""

    options: tuple[Value, ...]
    depth: int = field(default=0, init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "depth", max(map(depth_of, self.options), default=0))

    @property
    def parts(self) -> tuple[Value, ...]:
        """The values that it can be."""
        return self.options


DEEPEST_VALUE = 4
"""Containers of containers are followed so far: values that double would not end."""


def depth_of(value: Value) -> int:
    """How many containers stand around the innermost value."""
    return value.depth if isinstance(value, (Items, Either)) else 0


@dataclass(frozen=True, slots=True)
class RowClass(Value):
    """A class that ``namedtuple`` has made."""

    fields: tuple[str, ...]
