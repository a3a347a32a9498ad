"""The small language that definitions are read into: what evaluation needs, and no more.

Libcst trees are exact, large and can't be stored. These nodes are plain data: the model
walks them without libcst, and the cache keeps them as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Literal, TypeAlias

from flake8_celery_get.source.declared import ParameterKind

Span: TypeAlias = tuple[int, int, int, int]
"""First line, first column, last line, end column: lines from 1, columns from 0, in characters."""

NOWHERE: Span = (0, 0, 0, 0)

DisplayKind: TypeAlias = Literal["tuple", "list", "set"]
ComprehensionKind: TypeAlias = Literal["list", "set", "dict", "generator"]
JumpKind: TypeAlias = Literal["break", "continue"]


@dataclass(slots=True, eq=False)
class Node:
    """Anything that code is made of."""


@dataclass(slots=True, eq=False)
class Name(Node):
    """A bare name that is read, or bound.

    It has a place in a condition, after ``with``, and where a loop goes over it.
    """

    id: str
    at: Span = NOWHERE


@dataclass(slots=True, eq=False)
class Attribute(Node):
    """``value.name``."""

    value: Expression
    name: str
    at: Span = NOWHERE


@dataclass(slots=True, eq=False)
class Argument(Node):
    """One argument of a call; ``name`` is the keyword, ``"*"``, ``"**"`` or empty.

    Only of a keyword the place is kept.
    """

    name: str
    value: Expression
    at: Span = NOWHERE


@dataclass(slots=True, eq=False)
class Call(Node):
    """``function(arguments)``."""

    function: Expression
    arguments: list[Argument]
    at: Span = NOWHERE


@dataclass(slots=True, eq=False)
class Constant(Node):
    """A string, number, truth value or ``None``."""

    value: str | int | float | bool | None


@dataclass(slots=True, eq=False)
class Template(Node):
    """An f-string or another text of which only the beginning is written down.

    ``texts`` stand behind the parts, each behind its own; none where that is not so simple.
    """

    start: str
    parts: list[Expression]
    texts: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Display(Node):
    """A tuple, list or set that is written out."""

    kind: DisplayKind
    items: list[Expression]


@dataclass(slots=True, eq=False)
class Mapping(Node):
    """A dict that is written out; an unpacked one has no key. ``places`` are the keys'."""

    keys: list[Expression | None]
    values: list[Expression]
    at: Span = NOWHERE
    places: list[Span] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Subscript(Node):
    """``value[index]``; a slice has no index, only ``parts``.

    ``bounds`` are the lower and the upper one of a slice without a step.
    """

    value: Expression
    index: Expression | None
    parts: list[Expression] = field(default_factory=list)
    bounds: list[Expression | None] = field(default_factory=list)
    at: Span = NOWHERE


@dataclass(slots=True, eq=False)
class Compare(Node):
    """``left op right op right …``."""

    left: Expression
    operators: list[str]
    rights: list[Expression]
    at: Span = NOWHERE


@dataclass(slots=True, eq=False)
class Boolean(Node):
    """``left and right``, ``left or right``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True, eq=False)
class Not(Node):
    """``not value``."""

    value: Expression


@dataclass(slots=True, eq=False)
class Invert(Node):
    """``~value``: on a signature, a blocking call."""

    value: Expression
    at: Span = NOWHERE


@dataclass(slots=True, eq=False)
class Binary(Node):
    """``left operator right`` for arithmetic and bits."""

    operator: str
    left: Expression
    right: Expression
    at: Span = NOWHERE


@dataclass(slots=True, eq=False)
class Conditional(Node):
    """``body if test else orelse``."""

    test: Expression
    body: Expression
    orelse: Expression


@dataclass(slots=True, eq=False)
class Parameter(Node):
    """One parameter of a function or a lambda."""

    name: str
    annotation: Expression | None = None
    default: Expression | None = None
    kind: ParameterKind = ""


@dataclass(slots=True, eq=False)
class Lambda(Node):
    """``lambda parameters: body``."""

    parameters: list[Parameter]
    body: Expression


@dataclass(slots=True, eq=False)
class Clause(Node):
    """``for target in iterable if tests`` inside a comprehension."""

    target: Expression
    iterable: Expression
    tests: list[Expression]


@dataclass(slots=True, eq=False)
class Comprehension(Node):
    """A list, set, dict or generator comprehension; the element of a dict is its value."""

    kind: ComprehensionKind
    element: Expression
    clauses: list[Clause]
    key: Expression | None = None


@dataclass(slots=True, eq=False)
class Await(Node):
    """``await value``."""

    value: Expression


@dataclass(slots=True, eq=False)
class Yield(Node):
    """``yield value`` and ``yield from value``."""

    value: Expression | None
    delegates: bool = False


@dataclass(slots=True, eq=False)
class Walrus(Node):
    """``name := value``."""

    target: Expression
    value: Expression


@dataclass(slots=True, eq=False)
class Starred(Node):
    """``*value`` in a display or a target."""

    value: Expression


@dataclass(slots=True, eq=False)
class Other(Node):
    """Any other expression: only its parts are evaluated."""

    parts: list[Expression]


@dataclass(slots=True, eq=False)
class Assign(Node):
    """``targets = value``; ``annotation`` for ``target: annotation = value``."""

    targets: list[Expression]
    value: Expression | None
    annotation: Expression | None = None


@dataclass(slots=True, eq=False)
class Evaluate(Node):
    """An expression that stands as a statement."""

    value: Expression


@dataclass(slots=True, eq=False)
class If(Node):
    """``if test: body else: orelse``."""

    test: Expression
    body: list[Statement]
    orelse: list[Statement]


@dataclass(slots=True, eq=False)
class While(Node):
    """``while test: body else: orelse``."""

    test: Expression
    body: list[Statement]
    orelse: list[Statement]
    at: Span = NOWHERE


@dataclass(slots=True, eq=False)
class For(Node):
    """``for target in iterable: body else: orelse``."""

    target: Expression
    iterable: Expression
    body: list[Statement]
    orelse: list[Statement]
    at: Span = NOWHERE


@dataclass(slots=True, eq=False)
class With(Node):
    """``with value as target: body``; several items are several ``With``."""

    value: Expression
    target: Expression | None
    body: list[Statement]


@dataclass(slots=True, eq=False)
class Handler(Node):
    """``except kind as name: body``."""

    kind: Expression | None
    name: str
    body: list[Statement]


@dataclass(slots=True, eq=False)
class Try(Node):
    """``try: body`` with handlers, ``else`` and ``finally``."""

    body: list[Statement]
    handlers: list[Handler]
    orelse: list[Statement]
    final: list[Statement]


@dataclass(slots=True, eq=False)
class Case(Node):
    """``case values if guard: body``; no values for a pattern that is not a set of constants.

    The place is the pattern's. The ``target`` is what it binds, as an assignment would.
    """

    values: list[Expression]
    guard: Expression | None
    body: list[Statement]
    default: bool = False
    at: Span = NOWHERE
    target: Expression | None = None


@dataclass(slots=True, eq=False)
class Match(Node):
    """``match subject:`` with its cases."""

    subject: Expression
    cases: list[Case]


@dataclass(slots=True, eq=False)
class Return(Node):
    """``return value``; the place is the value's."""

    value: Expression | None
    at: Span = NOWHERE


@dataclass(slots=True, eq=False)
class Raise(Node):
    """``raise value from cause``."""

    value: Expression | None
    cause: Expression | None = None


@dataclass(slots=True, eq=False)
class Jump(Node):
    """``break`` or ``continue``."""

    kind: JumpKind


@dataclass(slots=True, eq=False)
class Global(Node):
    """``global names``; those of a function around, ``nonlocal names``, are ``outer``."""

    names: list[str]
    outer: bool = False


@dataclass(slots=True, eq=False)
class Assert(Node):
    """``assert test, message``."""

    test: Expression
    message: Expression | None = None


@dataclass(slots=True, eq=False)
class Imported(Node):
    """``from module import name as alias``; a whole module has no name, a star import ``"*"``.

    ``level`` counts the leading dots. ``line`` and whether it ``may_fail``, or not be
    reached, are kept of those at the top of a module.
    """

    alias: str
    module: str
    name: str
    level: int = 0
    line: int = 0
    may_fail: bool = False


@dataclass(slots=True, eq=False)
class Import(Node):
    """An import statement."""

    names: list[Imported]


@dataclass(slots=True, eq=False)
class Function(Node):
    """A function definition."""

    name: str
    parameters: list[Parameter]
    decorators: list[Expression]
    body: list[Statement]
    is_async: bool = False
    yields: bool = False
    at: Span = NOWHERE
    returns: Expression | None = None


@dataclass(slots=True, eq=False)
class Class(Node):
    """A class definition inside a function."""

    name: str
    bases: list[Expression]
    body: list[Statement]
    decorators: list[Expression] = field(default_factory=list)
    at: Span = NOWHERE


Expression: TypeAlias = Node
Statement: TypeAlias = Node


def dotted(node: Expression) -> str:
    """``a.b`` and ``a['b']`` as text; empty for anything else."""
    if isinstance(node, Name):
        return node.id
    if isinstance(node, Attribute):
        value = dotted(node.value)
        return f"{value}.{node.name}" if value else ""
    if isinstance(node, Subscript) and isinstance(node.index, Constant):
        value = dotted(node.value)
        return f"{value}.[{node.index.value!r}]" if value else ""
    return ""


def place(node: Expression) -> Span:
    """Where the expression stands, as far as its kind keeps that."""
    at: Span = getattr(node, "at", NOWHERE)
    return at


def last_name(node: Expression) -> str:
    """The last part of a dotted name, also where what stands before it is no name."""
    if isinstance(node, Attribute):
        return node.name
    return node.id if isinstance(node, Name) else ""


def describe(node: Expression) -> str:
    """The expression as short text, the same for the same code; empty where that is unsure."""
    if isinstance(node, Call):
        inner = [describe(argument.value) for argument in node.arguments]
        function = describe(node.function)
        return f"{function}({', '.join(inner)})" if function and all(inner) else ""
    if isinstance(node, Constant):
        return repr(node.value)
    if isinstance(node, Subscript) and node.index is not None:
        value, index = describe(node.value), describe(node.index)
        return f"{value}[{index}]" if value and index else ""
    if isinstance(node, Attribute):
        value = describe(node.value)
        return f"{value}.{node.name}" if value else ""
    return node.id if isinstance(node, Name) else ""


def names_in(node: Expression) -> frozenset[str]:
    """The bare names that an expression reads."""
    return frozenset(part.id for part in walk(node) if isinstance(part, Name))


def walk(node: Node) -> Iterator[Node]:
    """The node and all nodes inside it, in the order of the code."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += reversed(children(each))


_FIELDS: dict[type[Node], tuple[str, ...]] = {}
"""The names of those fields of each kind that can hold nodes."""

_PLAIN = frozenset({"str", "bool", "int", "Span"})


def children(node: Node) -> list[Node]:
    """The nodes directly inside another one, in the order of the code."""
    kind = type(node)
    names = _FIELDS.get(kind)
    if names is None:
        parts = (each for each in fields(kind) if each.type not in _PLAIN)
        names = _FIELDS[kind] = tuple(each.name for each in parts)
    found: list[Node] = []
    for name in names:
        value = getattr(node, name)
        if isinstance(value, list):
            found += [child for child in value if isinstance(child, Node)]
        elif isinstance(value, Node):
            found.append(value)
    return found
