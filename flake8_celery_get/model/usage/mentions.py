"""What is done with a task where it is named: sent and forgotten, called, or anything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.sends.sends import ON_COMMIT
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.values.definitions import Scope

SENT, CALLED, KEPT, ELSE = "sent", "called", "kept", "else"
"""Its handle is dropped at once; it runs here; its handle goes somewhere; anything else."""

_SENDS = frozenset({*celery_words.SENDERS, *ON_COMMIT})
_ENTRY = frozenset({"task", "schedule"})


@dataclass(frozen=True, slots=True)
class Mentions:
    """Looks for tasks by the names of their functions; each has its name in Celery."""

    names: Mapping[str, str]

    @property
    def words(self) -> set[str]:
        """What whoever mentions a task has to write, at least."""
        ends = {known_as.rpartition(".")[2] for known_as in self.names.values()}
        return ends.union(self.names)

    def inside(self, scope: Scope) -> Iterator[tuple[str, str]]:
        """The names that a module mentions, each with what is done there."""
        for alias, imported in scope.imports.items():
            if imported.name in self.names and alias != imported.name:
                yield imported.name, ELSE
        wanted = self.words
        for definition in scope.all_definitions():
            if not scope.source.words(definition).isdisjoint(wanted):
                for statement in scope.source.code(definition):
                    yield from self._uses(statement)

    def _uses(self, node: code.Node) -> Iterator[tuple[str, str]]:
        if isinstance(node, code.Evaluate):
            yield from self._forgotten(node.value)
        elif isinstance(node, code.Call):
            yield from self._called(node, KEPT)
        elif isinstance(node, code.Mapping):
            yield from self._mapping(node)
        elif isinstance(node, (code.Name, code.Attribute)) and self._named(node):
            yield self._named(node), ELSE
        elif isinstance(node, code.Constant):
            yield from ((name, ELSE) for name in self._meant(node))
        elif isinstance(node, code.Import):
            for each in node.names:
                if each.name in self.names and each.alias != each.name:
                    yield each.name, ELSE
        else:
            yield from self._inner(node)

    def _forgotten(self, node: code.Expression) -> Iterator[tuple[str, str]]:
        """An expression whose value goes nowhere."""
        if not isinstance(node, code.Call):
            yield from self._uses(node)
        elif code.last_name(node.function) == "on_commit":
            for argument in node.arguments:
                yield from self._forgotten_later(argument.value)
        else:
            yield from self._called(node, SENT)

    def _forgotten_later(self, node: code.Expression) -> Iterator[tuple[str, str]]:
        """A function whose value goes nowhere: ``lambda: task.delay()``, ``partial(…)``."""
        if isinstance(node, code.Lambda):
            yield from self._forgotten(node.body)
        elif isinstance(node, code.Call) and code.last_name(node.function) == "partial":
            first, *rest = [argument.value for argument in node.arguments] or [node]
            yield from self._send(first, SENT)
            for value in rest:
                yield from self._uses(value)
        else:
            yield from self._send(node, SENT)

    def _called(self, node: code.Call, outcome: str) -> Iterator[tuple[str, str]]:
        """A call; ``outcome`` is what becomes of its value."""
        if self._named(node.function):
            yield self._named(node.function), CALLED
        else:
            yield from self._send(node.function, outcome)
        for argument in node.arguments:
            is_own_name = argument.name == "name"  # of a task that is defined
            if not (is_own_name and isinstance(argument.value, code.Constant)):
                yield from self._uses(argument.value)

    def _send(self, node: code.Expression, outcome: str) -> Iterator[tuple[str, str]]:
        """``task.delay``, without the call."""
        is_send = isinstance(node, code.Attribute) and node.name in _SENDS
        name = self._named(node.value) if is_send else ""  # type: ignore[attr-defined]
        if name:
            yield name, outcome
        else:
            yield from self._uses(node)

    def _mapping(self, node: code.Mapping) -> Iterator[tuple[str, str]]:
        """Perhaps an entry of a schedule: beat looks at no result."""
        for key, value in zip(node.keys, node.values, strict=True):
            is_task = isinstance(key, code.Constant) and key.value == "task"
            if is_task and _is_entry(node) and isinstance(value, code.Constant):
                yield from ((name, SENT) for name in self._meant(value))
            else:
                yield from self._uses(value)
            if key is not None and not _is_entry(value):  # else it is the entry's name
                yield from self._uses(key)

    def _inner(self, node: code.Node) -> Iterator[tuple[str, str]]:
        for child in code.children(node):
            yield from self._uses(child)

    def _named(self, node: code.Expression) -> str:
        """The function's name, where an expression ends in one."""
        name = code.last_name(node)
        return name if name in self.names else ""

    def _meant(self, node: code.Constant) -> Iterator[str]:
        """The functions that a text can mean, by either name."""
        text = node.value if isinstance(node.value, str) else ""
        for name, known_as in self.names.items():
            if text == known_as or text.replace(":", ".").rpartition(".")[2] == name:
                yield name


def _is_entry(node: code.Expression) -> bool:
    keys = node.keys if isinstance(node, code.Mapping) else []
    return {key.value for key in keys if isinstance(key, code.Constant)} >= _ENTRY
