"""What of a project opens a transaction as ``atomic`` does: its own blocks and decorators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import ClassValue, External, FunctionValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope

N = TypeVar("N", bound=code.Node)

ATOMIC = frozenset({"django.db.transaction.atomic", "django.db.transaction.Atomic"})
_WORD = re.compile(r"\batomic\b")


class Wrappers:
    """Tells what ``with node:`` and ``@node`` are, if Django's ``atomic`` is in them."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._known: dict[FunctionSymbol, bool] = {}

    def opens(self, scope: Scope, node: code.Expression) -> bool:
        """Whether it opens a transaction on the default database."""
        function = node.function if isinstance(node, code.Call) else node
        arguments = node.arguments if isinstance(node, code.Call) else []
        if code.last_name(function) == "method_decorator" and arguments:
            first = arguments[0].value
            parts = first.items if isinstance(first, code.Display) else [first]
            return any(self.opens(scope, part) for part in parts)
        return self.is_named(scope, code.dotted(function), arguments)

    def is_named(
        self, scope: Scope, text: str, arguments: Sequence[code.Argument] = ()
    ) -> bool:
        """The same for a dotted name, with what it is called with."""
        found = options(self._world.deeply(scope, text)) if text else ()
        return bool(found) and all(self._is_one(each, arguments) for each in found)

    def _is_one(self, value: object, arguments: Sequence[code.Argument]) -> bool:
        if isinstance(value, FunctionValue):
            return self._wraps(value.symbol)
        is_atomic = isinstance(value, External) and value.path in ATOMIC
        if isinstance(value, ClassValue):
            bases = self._world.classes.outside_bases(value.symbol)
            is_atomic = not ATOMIC.isdisjoint(bases)
        return is_atomic and not _is_elsewhere(arguments)

    def _wraps(self, symbol: FunctionSymbol) -> bool:
        """Whether what the function runs, its caller's block or function, is inside ``atomic``."""
        if symbol not in self._known:
            self._known[symbol] = False
            text = symbol.definition.text(symbol.scope.source.lines)
            is_worth_reading = _WORD.search(text) and "on_commit" not in text
            function = self._world.calls.function_code(symbol) if is_worth_reading else None
            if function is not None:
                is_block = symbol.is_decorated("contextmanager")
                self._known[symbol] = (
                    self._yields(symbol.scope, function)
                    if is_block
                    else self._decorates(symbol.scope, function)
                )
        return self._known[symbol]

    def _yields(self, scope: Scope, function: code.Function) -> bool:
        """Whether each ``yield`` of a context manager stands inside of a transaction."""
        yields = set(map(id, _own(function.body, code.Yield)))
        inside = set(map(id, self._inside(scope, function, code.Yield)))
        return bool(yields) and yields == inside

    def _decorates(self, scope: Scope, function: code.Function) -> bool:
        """Whether a decorator calls the function that it is given inside of a transaction."""
        if any(
            self._hands_over(scope, each.value) for each in _own(function.body, code.Return)
        ):
            return True
        functions = [
            each for each in code.walk(function) if isinstance(each, code.Function)
        ]
        given = {parameter.name for each in functions for parameter in each.parameters}
        calls = {
            id(call)
            for each in functions[1:]
            for call in _own(each.body, code.Call)
            if code.dotted(call.function) in given
        }
        inside = {
            id(call)
            for each in functions[1:]
            for call in self._inside(scope, each, code.Call)
        }
        return bool(calls) and calls <= inside

    def _hands_over(self, scope: Scope, value: code.Expression | None) -> bool:
        """``return transaction.atomic(function)``."""
        return (
            isinstance(value, code.Call)
            and len(value.arguments) == 1
            and isinstance(value.arguments[0].value, code.Name)
            and self.opens(scope, value.function)
        )

    def _inside(self, scope: Scope, function: code.Function, kind: type[N]) -> Iterator[N]:
        """What of a kind stands in the blocks of a function, or in it if it is atomic."""
        if any(self.opens(scope, each) for each in function.decorators):
            yield from _own(function.body, kind)
        for block in _own(function.body, code.With):
            if self.opens(scope, block.value):
                yield from _own(block.body, kind)


def _own(nodes: Iterable[code.Node], kind: type[N]) -> Iterator[N]:
    """The nodes of a kind, but those of nested functions."""
    for node in nodes:
        if isinstance(node, kind):
            yield node
        if not isinstance(node, (code.Function, code.Class, code.Lambda)):
            yield from _own(code.children(node), kind)


def _is_elsewhere(arguments: Sequence[code.Argument]) -> bool:
    """Whether ``atomic`` is told to use a database that is not the default one."""
    said = [each.value for each in arguments if each.name == "using"]
    said += [each.value for each in arguments if not each.name][:1]
    return any(
        not (isinstance(value, code.Constant) and value.value in {None, "default"})
        for value in said
    )
