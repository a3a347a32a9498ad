"""What the names of a function are bound to, where that is once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from flake8_celery_get.model.usage.sent.sends import BUILDS, PACKED, SPREAD
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sent

How: TypeAlias = Literal["is", "each", "entered", "caught", "other"]


@dataclass(frozen=True, slots=True)
class Held:
    """What binds a name: an assignment, a loop over ``node``, ``with node as name``, others.

    One that is ``caught`` is an exception of the class ``node``.
    """

    how: How
    node: code.Expression


_OTHER = Held("other", code.Other([]))
_LOOKS = frozenset(
    {"critical", "debug", "error", "exception", "info", "len", "print", "warning"}
)
_LEAVES_ALONE = SPREAD | PACKED | BUILDS | _LOOKS
"""Functions that surely don't change a list or a dict that they get."""


class HeldNames:
    """Tells what a name stands for at a send, also in a lambda or a function inside."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._of: dict[code.Function, dict[str, list[Held]]] = {}

    def of(self, name: str, sent: Sent) -> Held | None:
        """What binds the name, if that is one assignment, loop or ``with``."""
        held = self._names_at(sent).get(name, [])
        return held[0] if len(held) == 1 and held[0] != _OTHER else None

    def caught(self, name: str, sent: Sent) -> list[code.Expression]:
        """What is caught, if the name is bound by nothing but ``except … as name``."""
        held = self._names_at(sent).get(name, [])
        is_caught = all(each.how == "caught" for each in held)
        return [each.node for each in held] if is_caught else []

    def binds(self, name: str, sent: Sent) -> bool:
        """Whether a name is one of the function's own."""
        return name in self._names_at(sent)

    def parameter(self, name: str, sent: Sent) -> code.Parameter | None:
        """The parameter of this name, if nothing else is ever bound to it."""
        function = self.function_around(sent)
        if function is None or self._names_at(sent).get(name) != [_OTHER]:
            return None
        return next((each for each in function.parameters if each.name == name), None)

    def _names_at(self, sent: Sent) -> dict[str, list[Held]]:
        function = self.function_around(sent)
        if function is None:
            return {}
        if function not in self._of:
            self._of[function] = _bindings(function)
        return self._of[function]

    def function_around(self, sent: Sent) -> code.Function | None:
        """The function or method that a send stands in: that around inner ones."""
        if isinstance(sent.within, FunctionSymbol):
            return self._world.calls.function_code(sent.within)
        symbol = self.symbol_around(sent)
        return self._world.calls.function_code(symbol) if symbol else None

    def symbol_around(self, sent: Sent) -> FunctionSymbol | None:
        """The same as a symbol."""
        if isinstance(sent.within, FunctionSymbol):
            return sent.within
        return self._world.scope(sent.path).function_around(sent.at[0])

    def written_out(self, node: code.Expression, sent: Sent) -> code.Expression:
        """The list or dict that a variable holds which nothing else gets; else ``node``."""
        if isinstance(node, code.Name):
            held = self.of(node.id, sent)
            is_list = held and isinstance(held.node, (code.Display, code.Mapping))
            if held and is_list and held.how == "is":
                return held.node if self.is_unchanged(node.id, sent) else node
        return node

    def is_unchanged(self, name: str, sent: Sent) -> bool:
        """Whether a list or a dict in a variable goes nowhere but to sends."""
        function = self.function_around(sent)
        uses = 0
        for node in code.walk(function) if function else ():
            if isinstance(node, code.Name) and node.id == name:
                uses += 1
            elif isinstance(node, code.Assign):
                uses -= sum(_is_name(target, name) for target in node.targets)
            elif isinstance(node, code.Call) and _leaves_alone(node):
                uses -= sum(_count(each.value, name) for each in node.arguments)
        return uses == 0


def _leaves_alone(call: code.Call) -> bool:
    return code.last_name(call.function) in _LEAVES_ALONE


def _count(node: code.Expression, name: str) -> int:
    """How often an argument holds what the name stands for, also in a list or a dict."""
    if isinstance(node, (code.Display, code.Mapping)):
        parts = node.items if isinstance(node, code.Display) else node.values
        return sum(_count(part, name) for part in parts)
    return int(_is_name(node, name))


def _is_name(node: code.Expression, name: str) -> bool:
    return isinstance(node, code.Name) and node.id == name


def _bindings(function: code.Function) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = {each.name: [_OTHER] for each in function.parameters}
    for node in code.walk(function):
        for name, held in _bound_by(node) if node is not function else ():
            found.setdefault(name, []).append(held)
    return found


def _bound_by(node: code.Node) -> Iterator[tuple[str, Held]]:
    if isinstance(node, code.Assign):
        for target in node.targets:
            yield from _targets(target, Held("is", node.value) if node.value else _OTHER)
    elif isinstance(node, code.Walrus):
        yield from _targets(node.target, Held("is", node.value))
    elif isinstance(node, (code.For, code.Clause)):
        yield from _targets(node.target, Held("each", node.iterable))
    elif isinstance(node, code.With) and node.target is not None:
        yield from _targets(node.target, Held("entered", node.value))
    elif isinstance(node, code.Case) and node.target is not None:
        yield from _targets(node.target, _OTHER)
    elif isinstance(node, code.Handler) and node.kind is not None:
        yield node.name, Held("caught", node.kind)
    else:
        yield from ((name, _OTHER) for name in _other_names(node))


def _other_names(node: code.Node) -> list[str]:
    """The names that a node binds to something that is never asked for."""
    if isinstance(node, (code.Function, code.Lambda)):
        own = [node.name] if isinstance(node, code.Function) else []
        return own + [parameter.name for parameter in node.parameters]
    if isinstance(node, (code.Handler, code.Class)):
        return [node.name]
    if isinstance(node, code.Import):
        return [imported.alias for imported in node.names]
    return node.names if isinstance(node, code.Global) else []


def _targets(target: code.Expression, held: Held) -> Iterator[tuple[str, Held]]:
    """The names in a target: only one that stands alone is all of what is bound."""
    for each in code.walk(target):
        if isinstance(each, code.Name):
            yield each.id, held if each is target else _OTHER


def asks_type(function: code.Function, name: str) -> bool:
    """Whether a function asks what a parameter is: ``isinstance(name, list)``."""
    return any(
        isinstance(node, code.Call)
        and code.last_name(node.function) in _ASKS_TYPE
        and [code.dotted(each.value) for each in node.arguments[:1]] == [name]
        for node in code.walk(function)
    )


_ASKS_TYPE = frozenset({"hasattr", "isinstance", "type"})
