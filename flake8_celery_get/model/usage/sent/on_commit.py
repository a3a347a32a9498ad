"""What is handed to ``transaction.on_commit`` in a way that does not work.

https://docs.djangoproject.com/en/stable/topics/db/transactions/#performing-actions-after-commit
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.noticed.notes import Note, is_handle
from flake8_celery_get.model.sends.sends import ON_COMMIT
from flake8_celery_get.model.usage.sent.rounds import Rounds, bound_after, rounds_of
from flake8_celery_get.model.values.values import External, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.arguments import Given

SENT_NOW, LATE, NO_HANDLE = "sent now", "late", "no handle"

_ROUNDS = (code.For, code.While, code.Comprehension)
_LOOP = re.compile(r"\b(?:for|while)\b")
_SENDS = frozenset({"delay", "apply_async", "send_task"})
_OF_HANDLE = frozenset(
    {
        "id", "task_id", "get", "state", "status", "result", "ready", "wait", "join",
        "successful", "failed", "revoke", "parent", "children",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CommitMisuse(Note):
    """A hook that is called now, that takes a variable late, or whose handle is None.

    ``name`` is the variable, or what None is asked for.
    """

    kind: str
    name: str = ""


class SentNow(Listener):
    """Hears of ``on_commit(task.delay(x))``: the task is sent before ``on_commit`` is called."""

    def __init__(self) -> None:
        self.found: dict[CommitMisuse, bool] = {}

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        if not given or code.last_name(node.function) != "on_commit":
            return
        if isinstance(function, External) and function.path.startswith("django."):
            first = given[0]
            note = CommitMisuse(frame.scope.path, node.at, frame.within, SENT_NOW)
            is_sent = is_handle(first.value) and isinstance(first.node, code.Call)
            self.found[note] = self.found.get(note, True) and is_sent

    def certain(self) -> Iterator[CommitMisuse]:
        """Those that are so each time."""
        return (note for note, is_sent in self.found.items() if is_sent)


def late_hooks(world: Surroundings) -> Iterator[CommitMisuse]:
    """The hooks in loops of one transaction that all see the last value, and handles of None."""
    words = {"on_commit", *ON_COMMIT}
    for path in world.project.mentioning(words):
        if world.is_test(path):
            continue
        scope = world.scope(path)
        for symbol in scope.all_functions():
            if scope.source.says(symbol.definition, _may_misuse):
                function = world.calls.function_code(symbol)
                if function is not None:
                    yield from _Body(path, symbol).notes(function)


def _may_misuse(text: str) -> bool:
    """Whether it is worth reading a function: a loop in a transaction, a handle of None."""
    is_looped = "on_commit" in text and "atomic" in text and _LOOP.search(text) is not None
    return is_looped or any(word in text for word in ON_COMMIT)


@dataclass(frozen=True, slots=True)
class _Body:
    """The function that is looked through."""

    path: str
    symbol: object

    def notes(self, function: code.Function) -> Iterator[CommitMisuse]:
        """All that is wrong in a function, those inside it included."""
        is_atomic = any(map(_is_atomic, function.decorators))
        yield from self._late(function.body, () if is_atomic else None)
        yield from self._handles(function)

    def _late(
        self, nodes: Iterable[code.Node], bound: tuple[Rounds, ...] | None
    ) -> Iterator[CommitMisuse]:
        """The hooks that take a name of the loops around them; None outside a transaction."""
        for node in nodes:
            inner = bound
            if isinstance(node, code.With) and _is_atomic(node.value):
                inner = ()
            elif isinstance(node, _ROUNDS) and bound is not None:
                inner = (*bound, rounds_of(node))
            elif isinstance(node, (code.Function, code.Lambda, code.Class)):
                inner = None
            elif isinstance(node, code.Call) and bound:
                yield from self._hook(node, bound, [])
            if isinstance(node, (code.For, code.While)) and inner:
                yield from self._named_hooks(node, inner)
            yield from self._late(code.children(node), inner)

    def _named_hooks(
        self, loop: code.For | code.While, bound: tuple[Rounds, ...]
    ) -> Iterator[CommitMisuse]:
        """Hooks that are defined in the body of the loop."""
        functions = [each for each in loop.body if isinstance(each, code.Function)]
        for statement in loop.body if functions else ():
            if isinstance(statement, code.Evaluate):
                yield from self._hook(statement.value, bound, functions)

    def _hook(
        self, node: code.Node, bound: tuple[Rounds, ...], functions: list[code.Function]
    ) -> Iterator[CommitMisuse]:
        if not isinstance(node, code.Call) or code.last_name(node.function) != "on_commit":
            return
        hook = node.arguments[0].value if node.arguments else None
        taken = frozenset[str]()
        if isinstance(hook, code.Lambda) and not functions:
            taken = _free(hook.parameters, [hook.body])
        elif isinstance(hook, code.Name):
            for each in functions:
                if each.name == hook.id:
                    taken = _free(each.parameters, each.body)
        late = sorted(taken & bound_after(node, bound))
        if late:
            yield CommitMisuse(self.path, node.at, self.symbol, LATE, late[0])

    def _handles(self, function: code.Function) -> Iterator[CommitMisuse]:
        """What is asked of the None that ``delay_on_commit`` gives."""
        nones = {name for name, said in _bindings(function).items() if all(said)}
        nones -= {parameter.name for parameter in function.parameters}
        nones -= _looked_at(function)
        for node in code.walk(function):
            if isinstance(node, code.Attribute) and node.name in _OF_HANDLE:
                owner = node.value
                if _gives_none(owner) or (
                    isinstance(owner, code.Name) and owner.id in nones
                ):
                    yield CommitMisuse(
                        self.path, node.at, self.symbol, NO_HANDLE, node.name
                    )


def _bindings(function: code.Function) -> dict[str, list[bool]]:
    """The names that are bound, and of each time whether it is to None by a send on commit."""
    found: dict[str, list[bool]] = {}
    for node in code.walk(function):
        for target in node.targets if isinstance(node, code.Assign) else ():
            is_none = isinstance(node, code.Assign) and _gives_none(node.value)
            for each in code.walk(target):
                if isinstance(each, code.Name):
                    found.setdefault(each.id, []).append(is_none and each is target)
    return found


def _looked_at(function: code.Function) -> set[str]:
    """The names that are read in another way than as owner of an attribute."""
    owners = [
        each.value for each in code.walk(function) if isinstance(each, code.Attribute)
    ]
    targets = [
        target
        for each in code.walk(function)
        if isinstance(each, code.Assign)
        for target in each.targets
    ]
    known = {id(each) for each in (*owners, *targets)}
    return {
        each.id
        for each in code.walk(function)
        if isinstance(each, code.Name) and id(each) not in known
    }


def _gives_none(node: code.Node | None) -> bool:
    return isinstance(node, code.Call) and code.last_name(node.function) in ON_COMMIT


def _is_atomic(node: code.Expression) -> bool:
    function = node.function if isinstance(node, code.Call) else node
    return code.last_name(function) == "atomic"


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
