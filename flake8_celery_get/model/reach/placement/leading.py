"""Who leads to a function: only entries of one kind, or something else, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.calls.handing import Handed
from flake8_celery_get.model.reach.entries import MAIN, PLAIN, Entries, Entry
from flake8_celery_get.model.reach.placement.mentions import CALLED, GIVEN, Mentions
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.flow.waits import Wait
    from flake8_celery_get.source.code import Span

_CALLED_BY_BASES = frozenset(
    {
        "clean", "close", "create", "delete", "emit", "full_clean", "handle", "run",
        "save", "update", "validate",
    }
)  # fmt: skip
"""Methods that classes outside the project call, besides whoever names them."""


class Leading:
    """Knows the kinds of entries that lead to each function; PLAIN is anything else.

    MAIN is what only runs where its module is the program that was started.

    Test code is left out: what it calls is called by nobody else.
    """

    def __init__(self, world: World, kinds: Entries, entries: Iterable[Entry]) -> None:
        self._world = world
        self._entries = kinds
        self._callers: dict[object, set[object]] = {}
        self._led_by: dict[object, set[str]] = {}
        self._hops: set[tuple[object, str, Span]] = set()
        self._mentions = Mentions(world)
        shown = [entry for entry in entries if not world.is_test(entry.path)]
        for entry in shown:
            self._add(entry)
        for function in self._in_question(shown):
            self._add_others(function)
        for called_back in world.called_back:  # by code that nobody looks into
            self._add_kind(called_back, PLAIN)
        self._propagate(shown)

    def only(self, function: object, kind: str) -> bool:
        """Whether nothing but entries of a kind leads to a function."""
        return self._led_by.get(function, set()) <= {kind}

    def _add(self, entry: Entry) -> None:
        if _kind(entry) != PLAIN:
            self._add_kind(entry.body, _kind(entry))
        for wait in entry.waits:
            for caller, callee in _calls(entry, wait):
                self._callers.setdefault(callee, set()).add(caller)
            for hop in wait.hops:
                self._hops.add((hop.callee, hop.path, hop.at))

    def _in_question(self, entries: Iterable[Entry]) -> list[FunctionSymbol]:
        """The helpers that lead from entries to waits."""
        found = {
            hop.callee: None
            for entry in entries
            if _kind(entry) != PLAIN
            for wait in entry.waits
            for hop in wait.hops
            if hop.callee not in self._led_by
        }
        return [function for function in found if isinstance(function, FunctionSymbol)]

    def _add_others(self, function: FunctionSymbol) -> None:
        if _is_exported(function) or self._is_handed_out(function):
            self._add_kind(function, PLAIN)
        elif function.owner is not None:
            self._add_callers_outside(function)
        else:
            self._add_callers_elsewhere(function)

    def _add_callers_outside(self, method: FunctionSymbol) -> None:
        """Add what a base class outside the project is called by."""
        name, owner = method.name, method.owner
        if owner is None or name in ("__init__", "__new__"):
            return
        is_special = name.startswith("__") and name.endswith("__")
        has_bases = bool(self._world.classes.outside_bases(owner))
        if is_special or (has_bases and name in _CALLED_BY_BASES):
            self._add_kind(method, self._entries.around_class(owner))

    def _add_callers_elsewhere(self, function: FunctionSymbol) -> None:
        """Add those that call it in such a way that it does not wait, or keep it."""
        for mention in self._mentions.of(function):
            if mention.use == GIVEN and mention.is_evaluated:
                continue  # it would have been noted
            if mention.use == CALLED and mention.within is not None:
                self._add_caller(function, mention.within)
            else:
                self._add_kind(function, MAIN if mention.is_main else PLAIN)

    def _add_caller(self, function: FunctionSymbol, caller: FunctionSymbol) -> None:
        kind = self._entries.kind_of_any(caller)
        if kind != PLAIN:
            self._add_kind(function, kind)
        elif caller in self._callers:
            self._callers.setdefault(function, set()).add(caller)
        elif caller not in self._callers.get(function, ()):
            self._add_kind(function, PLAIN)

    def _add_kind(self, function: object, kind: str) -> None:
        self._led_by.setdefault(function, set()).add(kind)

    def _is_handed_out(self, function: FunctionSymbol) -> bool:
        return any(
            note.function is function
            and (function, note.path, note.at) not in self._hops
            and not self._world.is_test(note.path)
            for note in self._world.notes.of(Handed)
        )

    def _propagate(self, entries: Iterable[Entry]) -> None:
        """Hand on what leads to each caller until nothing new comes up."""
        callees: dict[object, set[object]] = {}
        for callee, callers in self._callers.items():
            for caller in callers - {callee}:
                callees.setdefault(caller, set()).add(callee)
        for entry in entries:
            if _kind(entry) == PLAIN and not self._callers.get(entry.body):
                self._add_kind(entry.body, self._kind_around(entry.body))
        waiting = list(self._led_by)
        while waiting:
            caller = waiting.pop()
            for callee in callees.get(caller, ()):
                known = self._led_by.setdefault(callee, set())
                if not self._led_by[caller] <= known:
                    known |= self._led_by[caller]
                    waiting.append(callee)

    def _kind_around(self, body: object) -> str:
        """Who calls what nothing is seen to call: in a class of views, what is a view."""
        owner = body.owner if isinstance(body, FunctionSymbol) else None
        return PLAIN if owner is None else self._entries.around_class(owner)


def _kind(entry: Entry) -> str:
    return MAIN if entry.is_main and entry.kind == PLAIN else entry.kind


def _calls(entry: Entry, wait: Wait) -> Iterator[tuple[object, object]]:
    """Who calls whom; what an inner function calls is called by the one around it, too.

    The inner function of a decorator is the same for all that it decorates.
    """
    caller = entry.body
    for hop in wait.hops:
        yield caller, hop.callee
        if isinstance(hop.callee, FunctionSymbol):
            caller = hop.callee


def _is_exported(function: FunctionSymbol) -> bool:
    """Whether ``__all__`` names the function, or the class that it is a method of."""
    scope, outer = function.scope, function.owner
    while outer is not None and outer.outer is not None:
        outer = outer.outer
    name = outer.name if outer is not None else function.name
    return any(
        isinstance(part, code.Constant) and part.value == name
        for definition in scope.variables.get("__all__", ())
        for node in scope.source.code(definition)
        for part in code.walk(node)
    )
