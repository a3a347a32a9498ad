"""Who leads to a function: only entries of one kind, or something else, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.calls.handing import Handed
from flake8_celery_get.model.classes.protocols import FOLLOWED
from flake8_celery_get.model.reach.entries import (
    COROUTINE,
    MAIN,
    PLAIN,
    TASK,
    VIEW,
    Entries,
    Entry,
)
from flake8_celery_get.model.reach.placement.mentions import CALLED, GIVEN, HELD, Mentions
from flake8_celery_get.model.reach.placement.programs import is_parser, is_program
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.noticed.waits import Wait
    from flake8_celery_get.source.code import Span

_CALLED_BY_BASES = frozenset(
    {
        "clean", "close", "create", "delete", "emit", "full_clean", "handle", "run",
        "save", "update", "validate",
    }
)  # fmt: skip
"""Methods that classes outside the project call, besides whoever names them."""

_CALL_NOTHING = frozenset({"abc", "builtins", "enum", "typing", "typing_extensions"})
"""Packages whose classes say what a class is, and call none of its methods by such a name."""


class Leading:
    """Knows the kinds of entries that lead to each function; PLAIN is anything else.

    MAIN is what only runs where its module is the program that was started. A coroutine
    is an entry of its own unless nothing but tasks and views leads to it.

    Test code is left out: what it calls is called by nobody else.
    """

    def __init__(self, world: World, kinds: Entries, entries: Iterable[Entry]) -> None:
        self._world = world
        self._entries = kinds
        self._callers: dict[object, set[object]] = {}
        self._led_by: dict[object, set[str]] = {}
        self._keepers: dict[object, set[object]] = {}
        self._asked: set[FunctionSymbol] = set()
        self._hops: set[tuple[object, str, Span]] = set()
        self._mentions = Mentions(world)
        shown = [entry for entry in entries if not world.is_test(entry.path)]
        self._coroutines = {each.body for each in shown if each.kind == COROUTINE}
        for entry in shown:
            self._add(entry)
        for coroutine in self._coroutines - self._reached(shown):
            self._add_kind(coroutine, COROUTINE)
        for function in self._in_question(shown):
            self._add_others(function)
        for function in self._called_by_nobody(shown):
            self._add_keepers(function)
        for called_back in world.seen.called_back:  # by code that nobody looks into
            self._add_kind(called_back, PLAIN)
        self._propagate(shown)

    def only(self, function: object, kind: str) -> bool:
        """Whether nothing but entries of a kind leads to a function."""
        return self._led_by.get(function, set()) <= {kind}

    def is_of_others(self, entry: object) -> bool:
        """Whether a coroutine runs for nothing but tasks and views, which report its waits."""
        if entry not in self._coroutines:
            return False
        led_by = self._led_by.get(entry)
        return led_by is not None and COROUTINE not in led_by

    def leads_to(self, function: object) -> bool:
        """Whether code besides tests leads to a function."""
        return bool(self._led_by.get(function))

    def _add(self, entry: Entry) -> None:
        if _kind(entry) not in (PLAIN, COROUTINE):
            self._add_kind(entry.body, _kind(entry))
        for wait in entry.waits:
            for caller, callee in _calls(entry, wait):
                self._callers.setdefault(callee, set()).add(caller)
            for hop in wait.hops:
                self._hops.add((hop.callee, hop.path, hop.at))

    def _reached(self, entries: Iterable[Entry]) -> set[object]:
        """What tasks and views call on the way to a wait."""
        return {
            hop.callee
            for entry in entries
            if entry.kind in (TASK, VIEW)
            for wait in entry.waits
            for hop in wait.hops
        }

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

    def _called_by_nobody(self, entries: Iterable[Entry]) -> list[FunctionSymbol]:
        """The plain functions that lead to a wait, and that nothing is seen to call."""
        return [
            entry.body
            for entry in entries
            if _kind(entry) == PLAIN and isinstance(entry.body, FunctionSymbol)
            if entry.waits
            if not self._callers.get(entry.body) and not _is_exported(entry.body)
        ]

    def _add_keepers(self, function: FunctionSymbol) -> None:
        """Add those that may call it later: a parser of arguments, a table of commands.

        Of interest is only whether they all belong to the program that was started.
        """
        if function in self._asked:
            return
        self._asked.add(function)
        if self._entries.kind_of_any(function) != PLAIN or _is_exported(function):
            self._add_kind(function, PLAIN)
            return
        if function.is_decorated("command") and is_program(
            self._world, function.scope.path
        ):
            self._add_kind(function, MAIN)  # of click, typer and the like
        for note in self._handed_out(function):
            self._add_keeper(function, note.within, is_main=is_parser(self._world, note))
        for mention in self._mentions.of(function):
            is_main = mention.is_main or (
                mention.use == HELD and is_program(self._world, function.scope.path)
            )
            if mention.use != GIVEN or not mention.is_evaluated:
                self._add_keeper(function, mention.within, is_main=is_main)

    def _add_keeper(self, function: object, keeper: object, *, is_main: bool) -> None:
        """Add a function, or the statements of a module, that keep or call a function."""
        if isinstance(keeper, FunctionSymbol):
            self._keepers.setdefault(keeper, set()).add(function)
            self._add_keepers(keeper)
        else:
            is_main = is_main and keeper is None
            self._add_kind(function, MAIN if is_main else PLAIN)

    def _add_others(self, function: FunctionSymbol) -> None:
        if _is_exported(function):
            self._add_kind(function, PLAIN)
        for note in self._handed_out(function):
            self._add_keeper(function, note.within, is_main=is_parser(self._world, note))
        if function.owner is not None:
            self._add_callers_outside(function)
        else:
            self._add_callers_elsewhere(function)

    def _add_callers_outside(self, method: FunctionSymbol) -> None:
        """Add what a base class outside the project is called by."""
        name, owner = method.name, method.owner
        if owner is None or name in ("__init__", "__new__"):
            return
        is_special = name[:2] == name[-2:] == "__" and name not in FOLLOWED
        is_inherited = name in _CALLED_BY_BASES and any(
            base.partition(".")[0] not in _CALL_NOTHING
            for base in self._world.classes.outside_bases(owner)
        )
        if is_special or is_inherited:
            self._add_kind(method, self._entries.around_class(owner))

    def _add_callers_elsewhere(self, function: FunctionSymbol) -> None:
        """Add those that call it in such a way that it does not wait, or keep it."""
        for mention in self._mentions.of(function):
            if mention.use == GIVEN and mention.is_evaluated:
                continue  # it would have been noted
            if mention.use == CALLED and mention.within is not None:
                self._add_caller(function, mention.within)
            elif mention.use == HELD:
                is_main = is_program(self._world, function.scope.path)
                self._add_keeper(function, mention.within, is_main=is_main)
            else:
                self._add_kind(function, MAIN if mention.is_main else PLAIN)

    def _add_caller(self, function: FunctionSymbol, caller: FunctionSymbol) -> None:
        kind = self._entries.kind_of_any(caller)
        if caller in self._callers or caller in self._coroutines:
            self._callers.setdefault(function, set()).add(caller)
        elif kind != PLAIN:
            self._add_kind(function, kind)
        elif caller not in self._callers.get(function, ()):
            self._add_kind(function, PLAIN)

    def _add_kind(self, function: object, kind: str) -> None:
        self._led_by.setdefault(function, set()).update(self._kinds_for(function, {kind}))

    def _kinds_for(self, function: object, kinds: set[str]) -> set[str]:
        """What kinds of entries lead to a function: any other code starts a coroutine anew."""
        if function not in self._coroutines:
            return kinds
        return {COROUTINE if kind in (PLAIN, MAIN) else kind for kind in kinds}

    def _handed_out(self, function: FunctionSymbol) -> Iterator[Handed]:
        for note in self._world.notes.of(Handed):
            if (
                note.function is function
                and (function, note.path, note.at) not in self._hops
                and not self._world.is_test(note.path)
            ):
                yield note

    def _propagate(self, entries: Iterable[Entry]) -> None:
        """Hand on what leads to each caller until nothing new comes up."""
        callees: dict[object, set[object]] = {}
        for callee, callers in self._callers.items():
            for caller in callers - {callee}:
                callees.setdefault(caller, set()).add(callee)
        kept = set().union(*self._keepers.values())
        for body in [entry.body for entry in entries if _kind(entry) == PLAIN]:
            if (
                not self._callers.get(body)
                and not self._led_by.get(body)
                and body not in kept
            ):
                self._add_kind(body, self._kind_around(body))
        for keeper in self._keepers.keys() - kept - self._led_by.keys():
            self._add_kind(keeper, PLAIN)
        waiting = list(self._led_by)
        while waiting:
            caller = waiting.pop()
            led_by = self._led_by[caller]
            later = {MAIN if kind == MAIN else PLAIN for kind in led_by}
            for kinds, reached in ((led_by, callees), (later, self._keepers)):
                for callee in reached.get(caller, ()):
                    known = self._led_by.setdefault(callee, set())
                    added = self._kinds_for(callee, kinds) - known
                    if added:
                        known |= added
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
