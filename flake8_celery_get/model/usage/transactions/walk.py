"""Goes through functions from where a transaction opens, and keeps what is sent in it."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from flake8_celery_get.model.usage.transactions.flow.body import Body
from flake8_celery_get.model.usage.transactions.flow.calls import Calls
from flake8_celery_get.model.usage.transactions.flow.fixed import text_of
from flake8_celery_get.model.usage.transactions.flow.held import Held, Passed
from flake8_celery_get.model.usage.transactions.flow.written import Written
from flake8_celery_get.model.usage.transactions.helpers import Helpers
from flake8_celery_get.model.usage.transactions.models.forms import FORM_VALID, Forms
from flake8_celery_get.model.usage.transactions.models.rows import saves_by_super
from flake8_celery_get.model.usage.transactions.models.saving import (
    asks_for_fields,
    asks_whether_new,
)
from flake8_celery_get.model.usage.transactions.models.serializers import (
    HOOKS,
    INHERITED,
    SAVE,
    Serializers,
    is_view,
)
from flake8_celery_get.model.values.values import Place
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.transactions.blocks.blocks import Transactions
    from flake8_celery_get.model.usage.transactions.models.saving import Saving
    from flake8_celery_get.model.usage.transactions.models.serializers import Saved
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol

DEEPEST = 12
"""Calls between the block and the send that are followed."""
_GIVEN = frozenset({"instance", "kwargs.['instance']"})
"""Where a receiver of a signal has the row."""
_NO_FIXTURE = frozenset({("raw", "False"), ("kwargs.['raw']", "False")})
"""What a receiver is told of a row that no fixture loads."""
_WHOLE = _NO_FIXTURE | {("update_fields", "None"), ("kwargs.['update_fields']", "None")}
"""The same where all fields are saved."""


class Step(NamedTuple):
    """A function on the way to a send, or the block in it that ``opens`` the transaction."""

    symbol: FunctionSymbol
    at: code.Span
    opens: bool = False


Way: TypeAlias = tuple[Step, ...]


class Walk:
    """``found`` has each early send, the way to it, and whether it is a statement.

    ``opened`` are the functions that run while a transaction is open.
    """

    def __init__(
        self,
        world: Surroundings,
        transactions: Transactions,
        saving: Saving,
        helpers: Helpers,
        sends: Set[Place],
        senders: set[FunctionSymbol],
    ) -> None:
        self._world = world
        self._transactions = transactions
        self._saving = saving
        self._sends = sends
        self._senders = senders
        self.helpers = helpers
        self.serializers = Serializers(world)
        self.forms = Forms(world, helpers.kinds)
        self._entered: set[tuple[FunctionSymbol, Passed]] = set()
        self.found: dict[Place, tuple[Way, bool]] = {}
        self.opened: set[FunctionSymbol] = set()
        self._way: list[Step] = []
        self._heirs = self._sending_heirs()

    def _sending_heirs(self) -> dict[ClassSymbol, set[ClassSymbol]]:
        """The classes whose own methods may send, by the classes that they derive from."""
        heirs: dict[ClassSymbol, set[ClassSymbol]] = {}
        for kind in {each.owner for each in self._senders if each.owner is not None}:
            for base in self._world.classes.line(kind)[1:]:
                heirs.setdefault(base, set()).add(kind)
        return heirs

    def enter(self, symbol: FunctionSymbol) -> None:
        """Go through a function as whoever calls it outside of a transaction."""
        if symbol not in self._senders or not self._transactions.may_open(symbol):
            return
        function = self._world.calls.function_code(symbol)
        if function is not None:
            is_open = self._transactions.is_around(symbol, function)
            rows = self._transactions.given_rows(symbol, function) if is_open else set()
            passed = Passed(frozenset(rows), fixed=self._transactions.fixed(symbol))
            if symbol.name == SAVE and (is_open or _saves_once(function)):
                passed = replace(passed, is_any=True)
            made = self.helpers.kinds.made_by(symbol.owner)
            for kinds in self._owners(symbol):
                given = replace(passed, kinds=kinds | made)
                self._run(symbol, function, DEEPEST, given, is_open=is_open)

    def _owners(
        self, symbol: FunctionSymbol
    ) -> Iterator[frozenset[tuple[str, ClassSymbol]]]:
        """The class of a method, and those that inherit it and have methods that send."""
        yield frozenset()
        heirs = self._heirs.get(symbol.owner, set()) if symbol.owner is not None else set()
        for kind in sorted(heirs, key=lambda each: (each.scope.path, each.definition.line)):
            if self._world.classes.method(kind, symbol.name) is symbol:
                yield frozenset({("self", kind), ("cls", kind)})

    def _run(
        self,
        symbol: FunctionSymbol,
        function: code.Function,
        depth: int,
        passed: Passed,
        *,
        is_open: bool,
    ) -> None:
        if is_open:
            self.opened.add(symbol)
        held = Held(self.helpers, self.serializers, symbol, set(passed.rows))
        held.kinds = self._annotated(symbol, function) | dict(passed.kinds)
        held.serializers = self.serializers.given(symbol, function)
        held.fixed = _defaults(function, passed) | dict(passed.fixed)
        calls = Calls(self, held, depth, passed)
        self._way.append(Step(symbol, function.at))
        Body(calls, held, function, is_open=is_open).run()
        self._way.pop()

    def _annotated(
        self, symbol: FunctionSymbol, function: code.Function
    ) -> dict[str, ClassSymbol]:
        """The classes of the parameters, as far as annotations tell."""
        found = {"self": symbol.owner, "cls": symbol.owner}
        for each in function.parameters:
            note = each.annotation
            if isinstance(note, code.Constant) and isinstance(note.value, str):
                text = note.value
            else:
                text = code.dotted(note) if note is not None else ""
            found[each.name] = found.get(each.name) or self.helpers.kinds.named(
                symbol, text
            )
        if symbol.name == FORM_VALID and symbol.owner is not None:
            for name in symbol.definition.positional[1:2]:
                found[name] = self.forms.of_view(symbol.owner)
        return {name: kind for name, kind in found.items() if kind is not None}

    def call(self, symbol: FunctionSymbol, passed: Passed, depth: int) -> None:
        """Go through a function that is called inside of a transaction."""
        key = (symbol, passed)
        if depth == 0 or key in self._entered or symbol not in self._senders:
            return
        self._entered.add(key)
        function = self._world.calls.function_code(symbol)
        if function is not None:
            self._run(symbol, function, depth - 1, passed, is_open=True)

    def save(self, row: Written, depth: int, *, after: ClassSymbol | None = None) -> None:
        """Go through what runs when a row of a model is saved."""
        own = self._saving.of(row.kind, after)
        if own is not None and _is_decided(row, own):
            self.call(own, _saved(row.among(_words(own)), "self"), depth)
            return
        for receiver in self._saving.receivers_of(row.kind) if depth else ():
            is_told = row.is_any or row.is_whole or not asks_for_fields(receiver)
            if _is_decided(row, receiver) and is_told:
                passed = _saved(row.among(_words(receiver)), "instance")
                fixed = passed.fixed | (_WHOLE if row.is_whole else _NO_FIXTURE)
                self.call(receiver, replace(passed, rows=_GIVEN, fixed=fixed), depth)

    def run_serializer(self, saved: Saved, depth: int) -> None:
        """Go through what ``save()`` of a serializer runs."""
        own = self._world.classes.method(saved.kind, saved.method)
        model = None if own else self.helpers.kinds.saved_by(saved.kind)
        if own is not None:
            self.call(own, Passed(kinds=frozenset({("self", saved.kind)})), depth)
        elif model is not None:
            is_new = saved.method == "create"
            self.save(Written(model, is_new, is_any=not is_new), depth)

    def run_form(self, view: ClassSymbol, depth: int) -> None:
        """Go through what ``form_valid()`` of a generic view runs."""
        saved = self.forms.saved_by(view)
        if saved is None:
            return
        if saved.form is not None and saved.save is not None:
            kinds = frozenset({("self", saved.form)})
            self.call(saved.save, Passed(kinds=kinds, is_new=saved.is_new), depth)
        elif saved.model is not None:
            is_any = not saved.is_new
            self.save(Written(saved.model, saved.is_new, is_any=is_any), depth)

    def run_action(self, view: ClassSymbol, action: str, depth: int) -> None:
        """Go through what ``super().create(request)`` of a view runs."""
        classes = self._world.classes
        names = INHERITED[action] if is_view(classes, view) else ()
        own = next(filter(None, (classes.method(view, name) for name in names)), None)
        if own is not None:
            is_given_row = own.name == "perform_destroy"
            rows = (
                frozenset(own.definition.positional[1:2]) if is_given_row else frozenset()
            )
            self.call(own, Passed(rows, frozenset({("self", view)})), depth)
            return
        for name in names:
            saved = self.serializers.of_view(view, HOOKS[name]) if name in HOOKS else None
            if saved is not None:
                self.run_serializer(saved, depth)

    def gives_user(self, view: ClassSymbol) -> bool:
        """Whether ``get_object()`` of a view does nothing but give ``self.request.user``."""
        classes = self._world.classes
        own = classes.method(view, "get_object") if is_view(classes, view) else None
        function = self._world.calls.function_code(own) if own is not None else None
        body = function.body if function is not None else []
        given = [each.value for each in body if isinstance(each, code.Return)]
        texts = {code.dotted(value) if value is not None else "" for value in given}
        is_plain = all(isinstance(each, (code.Return, code.Evaluate)) for each in body)
        return is_plain and texts == {"self.request.user"}

    def note(self, place: Place, *, is_statement: bool) -> None:
        """A send gives a row of an open transaction to its task."""
        self.found.setdefault(place, (tuple(self._way), is_statement))

    def begin(self, block: code.Expression) -> None:
        """The function that is gone through opens its transaction there."""
        self._way[-1] = Step(self._way[-1].symbol, code.place(block), opens=True)

    def opens(self, symbol: FunctionSymbol, node: code.Expression) -> bool:
        """Whether ``with node:`` opens a transaction."""
        return self._transactions.opens(symbol.scope, node)

    def is_send(self, place: Place) -> bool:
        """Whether a task is sent there."""
        return place in self._sends


def _is_decided(row: Written, function: FunctionSymbol) -> bool:
    """Whether it is known if the row is new, or the function does not ask."""
    return row.is_any or row.is_new is not None or not asks_whether_new(function)


def _saved(row: Written, name: str) -> Passed:
    """What a function is given that has a row under a name while that is saved."""
    kinds = frozenset({(name, row.kind)})
    return Passed(
        kinds=kinds,
        is_new=row.is_new,
        is_saved=not row.is_any,
        is_any=row.is_any,
        fixed=row.fixed(name),
    )


def _saves_once(function: code.Function) -> bool:
    """Whether ``save()`` of a model has one place where it saves, so each row gets there."""
    calls = (node for node in code.walk(function) if isinstance(node, code.Call))
    return sum(map(saves_by_super, calls)) == 1


def _words(function: FunctionSymbol) -> frozenset[str]:
    return function.scope.source.words(function.definition)


def _defaults(function: code.Function, passed: Passed) -> dict[str, str]:
    """The parameters that a call leaves at constants."""
    left = [] if passed.given is None else function.parameters
    texts = {
        each.name: text_of(each.default, {})
        for each in left
        if each.default is not None and each.name not in (passed.given or ())
    }
    return {name: text for name, text in texts.items() if text}
