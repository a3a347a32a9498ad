"""Hooks of a loop that all see its last value, and handles of sends on commit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.sends.sends import ON_COMMIT
from flake8_celery_get.model.usage.sent.on_commit import LATE, NO_HANDLE, CommitMisuse
from flake8_celery_get.model.usage.transactions.blocks.wrappers import Wrappers
from flake8_celery_get.model.usage.transactions.late.hooks import DEFAULT, Hooks
from flake8_celery_get.model.usage.transactions.late.rounds import (
    Rounds,
    bound_after,
    rounds_of,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import FunctionSymbol

_ROUNDS = (code.For, code.While, code.Comprehension)
_COMMITS = re.compile(r"\bon_commit\b")
_LOOP = re.compile(r"\b(?:for|while)\b")
_SENDS = frozenset({"delay", "apply_async", "send_task"})
_OF_HANDLE = frozenset(
    {
        "id", "task_id", "get", "state", "status", "result", "ready", "wait", "join",
        "successful", "failed", "revoke", "parent", "children",
    }
)  # fmt: skip


def late_hooks(world: Surroundings, opened: Set[FunctionSymbol]) -> Iterator[CommitMisuse]:
    """The hooks in loops of one transaction that all see the last value, and handles of None.

    ``opened`` are the functions that run while a transaction of a caller is open.
    """
    wrappers = Wrappers(world)
    words = {"on_commit", *ON_COMMIT}
    for path in world.project.mentioning(words):
        if world.is_test(path):
            continue
        scope = world.scope(path)
        for symbol in scope.all_functions():
            if scope.source.says(symbol.definition, _may_misuse):
                function = world.calls.function_code(symbol)
                if function is not None:
                    body = _Body(symbol, Hooks(world, scope, wrappers), symbol in opened)
                    yield from body.notes(function)


def _may_misuse(text: str) -> bool:
    """Whether it is worth reading a function: a hook and a loop, a handle of None."""
    is_looped = _COMMITS.search(text) is not None and _LOOP.search(text) is not None
    return is_looped or any(word in text for word in ON_COMMIT)


@dataclass(frozen=True, slots=True)
class _Body:
    """The function that is looked through."""

    symbol: FunctionSymbol
    hooks: Hooks
    is_within: bool

    @property
    def path(self) -> str:
        """The file that it stands in."""
        return self.symbol.scope.path

    def notes(self, function: code.Function) -> Iterator[CommitMisuse]:
        """All that is wrong in a function, those inside it included."""
        database = DEFAULT if self.is_within else self.hooks.around(function)
        yield from self._late(function.body, () if database else None, database)
        yield from self._handles(function)

    def _late(
        self, nodes: Iterable[code.Node], bound: tuple[Rounds, ...] | None, database: str
    ) -> Iterator[CommitMisuse]:
        """The hooks that take a name of the loops around them; None outside a transaction."""
        for node in nodes:
            inner, opened = bound, database
            if isinstance(node, code.With) and bound is None:
                opened = self.hooks.opened(node.value)
                inner = () if opened else None
            elif isinstance(node, _ROUNDS) and bound is not None:
                inner = (*bound, rounds_of(node))
            elif isinstance(node, code.Function) and bound:
                yield from self._decorated(node, bound, database)
                inner = None
            elif isinstance(node, (code.Function, code.Lambda, code.Class)):
                inner = None
            elif isinstance(node, code.Call) and bound:
                yield from self._called(node, bound, [], database)
            if isinstance(node, (code.For, code.While)) and inner:
                yield from self._named_hooks(node, inner, database)
            yield from self._late(code.children(node), inner, opened)

    def _named_hooks(
        self, loop: code.For | code.While, bound: tuple[Rounds, ...], database: str
    ) -> Iterator[CommitMisuse]:
        """Hooks that are defined in the body of the loop."""
        functions = [each for each in loop.body if isinstance(each, code.Function)]
        for statement in loop.body if functions else ():
            if isinstance(statement, code.Evaluate) and isinstance(
                statement.value, code.Call
            ):
                yield from self._called(statement.value, bound, functions, database)

    def _decorated(
        self, function: code.Function, bound: tuple[Rounds, ...], database: str
    ) -> Iterator[CommitMisuse]:
        """``@transaction.on_commit`` above a function in a loop."""
        if any(self.hooks.takes(each, database) for each in function.decorators):
            taken = _free(function.parameters, function.body)
            yield from self._noted(function, taken & bound_after(function, bound))

    def _called(
        self,
        node: code.Call,
        bound: tuple[Rounds, ...],
        functions: list[code.Function],
        database: str,
    ) -> Iterator[CommitMisuse]:
        if self.hooks.takes(node, database):
            taken = _taken(self.hooks.given(node), functions)
            yield from self._noted(node, taken & bound_after(node, bound))

    def _noted(
        self, node: code.Call | code.Function, late: frozenset[str]
    ) -> Iterator[CommitMisuse]:
        if late:
            yield CommitMisuse(self.path, node.at, self.symbol, LATE, min(late))

    def _handles(self, function: code.Function) -> Iterator[CommitMisuse]:
        """What is asked of the None that ``delay_on_commit`` gives."""
        nodes = list(code.walk(function))
        if not any(map(_gives_none, nodes)):
            return
        nones = {name for name, said in _bindings(nodes).items() if all(said)}
        nones -= {parameter.name for parameter in function.parameters}
        nones -= _looked_at(nodes)
        for node in nodes:
            if isinstance(node, code.Attribute) and node.name in _OF_HANDLE:
                owner = node.value
                if _gives_none(owner) or (
                    isinstance(owner, code.Name) and owner.id in nones
                ):
                    yield CommitMisuse(
                        self.path, node.at, self.symbol, NO_HANDLE, node.name
                    )


def _bindings(nodes: Iterable[code.Node]) -> dict[str, list[bool]]:
    """The names that are bound, and of each time whether it is to None by a send on commit."""
    found: dict[str, list[bool]] = {}
    for node in nodes:
        for target in node.targets if isinstance(node, code.Assign) else ():
            is_none = isinstance(node, code.Assign) and _gives_none(node.value)
            for each in code.walk(target):
                if isinstance(each, code.Name):
                    found.setdefault(each.id, []).append(is_none and each is target)
    return found


def _looked_at(nodes: Iterable[code.Node]) -> set[str]:
    """The names that are read in another way than as owner of an attribute."""
    names: dict[int, str] = {}
    known: set[int] = set()
    for each in nodes:
        if isinstance(each, code.Name):
            names[id(each)] = each.id
        elif isinstance(each, code.Attribute):
            known.add(id(each.value))
        elif isinstance(each, code.Assign):
            known.update(map(id, each.targets))
    return {name for place, name in names.items() if place not in known}


def _gives_none(node: code.Node | None) -> bool:
    return isinstance(node, code.Call) and code.last_name(node.function) in ON_COMMIT


def _taken(hook: code.Expression | None, functions: list[code.Function]) -> frozenset[str]:
    """The names that a hook takes when it runs: a lambda, one of the functions, or a partial."""
    if isinstance(hook, code.Call) and code.last_name(hook.function) == "partial":
        hook = hook.arguments[0].value if hook.arguments else None
    if isinstance(hook, code.Lambda) and not functions:
        return _free(hook.parameters, [hook.body])
    named = [each for each in functions if each.name == code.dotted(hook)] if hook else []
    return frozenset().union(*(_free(each.parameters, each.body) for each in named))


def _free(parameters: list[code.Parameter], body: Iterable[code.Node]) -> frozenset[str]:
    """The names that a function takes from around it when it runs, if it sends a task."""
    nodes = [node for statement in body for node in code.walk(statement)]
    if not any(isinstance(n, code.Attribute) and n.name in _SENDS for n in nodes):
        return frozenset()
    own = {parameter.name for parameter in parameters}
    for node in nodes:
        for target in node.targets if isinstance(node, code.Assign) else ():
            own |= code.names_in(target)
    return frozenset(node.id for node in nodes if isinstance(node, code.Name)) - own
