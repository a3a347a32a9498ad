"""Goes through code in the order in which it runs, and keeps what is sent in a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.usage.transactions.call_names import names_called, names_of
from flake8_celery_get.model.usage.transactions.helpers import Helpers
from flake8_celery_get.model.usage.transactions.rows import (
    hands_on,
    mentions,
    row_of,
    saved_by,
    saves_by_super,
)
from flake8_celery_get.model.usage.transactions.saving import Saved, Saving
from flake8_celery_get.model.usage.transactions.serializers import (
    HOOKS,
    SAVE,
    Saves,
    Serializers,
)
from flake8_celery_get.model.values.definitions import ClassSymbol
from flake8_celery_get.model.values.values import Place
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.transactions.blocks import Transactions
    from flake8_celery_get.model.values.definitions import FunctionSymbol

DEEPEST = 3
"""Calls between the block and the send that are followed."""

_SENDS = frozenset({"delay", "apply_async", "send_task"})


class Walk:
    """``found`` has each early send, the function it stands in, and whether it is a statement."""

    def __init__(
        self,
        world: Surroundings,
        transactions: Transactions,
        sends: set[Place],
        senders: set[FunctionSymbol],
        saving: Saving,
    ) -> None:
        self._world = world
        self._transactions = transactions
        self._sends = sends
        self.saving = saving
        self._sending = _SENDS | names_of(world.classes, senders) | saving.names
        self.helpers = Helpers(world)
        self.serializers = Serializers(world)
        self._entered: set[tuple[FunctionSymbol, frozenset[str], Saved | None]] = set()
        self.found: dict[Place, tuple[object, bool]] = {}

    def enter(self, symbol: FunctionSymbol) -> None:
        """Go through a function as whoever calls it outside of a transaction."""
        if not (self._transactions.may_open(symbol) and self._may_send(symbol)):
            return
        function = self._world.calls.function_code(symbol)
        if function is not None:
            is_open = self._transactions.is_around(symbol, function)
            rows = self._given_rows(symbol, function) if is_open else set()
            self._run(symbol, function, DEEPEST, rows, is_open=is_open)

    def _run(
        self,
        symbol: FunctionSymbol,
        function: code.Function,
        depth: int,
        rows: set[str],
        *,
        is_open: bool,
        saved: Saved | None = None,
    ) -> None:
        body = _Body(self, symbol, depth, is_open, rows)
        body.given(function, saved)
        body.run(function.body)

    def _given_rows(self, symbol: FunctionSymbol, function: code.Function) -> set[str]:
        """What Django gives a receiver, or a method of its admin, the row in."""
        names = [each.name for each in function.parameters]
        if self._transactions.is_of_admin(symbol):
            return {name for third in names[2:3] for name in (third, f"{third}.instance")}
        if self._transactions.receivers.gives_row(symbol, function):
            rest = [each.name for each in function.parameters if each.kind == "**"]
            return {"instance", *(f"{name}.['instance']" for name in rest)}
        return set()

    def call(
        self,
        symbol: FunctionSymbol,
        rows: set[str],
        depth: int,
        saved: Saved | None = None,
    ) -> None:
        """Go through a function that is called inside of a transaction, perhaps with rows."""
        key = (symbol, frozenset(rows), saved)
        if depth == 0 or key in self._entered or not self._may_send(symbol):
            return
        self._entered.add(key)
        function = self._world.calls.function_code(symbol)
        if function is not None:
            self._run(symbol, function, depth - 1, rows, is_open=True, saved=saved)

    def _may_send(self, symbol: FunctionSymbol) -> bool:
        return not self._sending.isdisjoint(names_called(symbol))

    def opens(self, symbol: FunctionSymbol, node: code.Expression) -> bool:
        """Whether ``with node:`` opens a transaction."""
        return self._transactions.opens(symbol.scope, node)

    def is_send(self, place: Place) -> bool:
        """Whether a task is sent there."""
        return place in self._sends


class _Body:
    """One function: whether a transaction is open at this point, and the rows it has written.

    ``serializers`` are names, each with what their ``save()`` runs.
    """

    def __init__(
        self,
        walk: Walk,
        symbol: FunctionSymbol,
        depth: int,
        is_open: bool,
        rows: set[str],
    ) -> None:
        self._walk = walk
        self._symbol = symbol
        self._depth = depth
        self._is_open = is_open
        self._rows = rows
        self._serializers: dict[str, Saves] = {}
        self._models: dict[str, Saved] = {}
        self._is_new: bool | None = None
        self._is_run_by_save = False
        self._has_left = False

    def given(self, function: code.Function, saved: Saved | None) -> None:
        """Learn what parameters stand for; ``saved`` are all rows among them."""
        self._serializers = dict(self._walk.serializers.given(self._symbol, function))
        if saved is not None:
            model, self._is_new = saved
            self._is_run_by_save = True
            self._models = dict.fromkeys(self._rows, (model, False))

    def run(self, statements: Sequence[code.Statement]) -> None:
        """Go through statements in order."""
        for statement in statements:
            if not self._has_left:
                self._statement(statement)

    def _statement(self, node: code.Statement) -> None:
        if isinstance(node, code.With):
            self._with(node)
        elif isinstance(node, code.Assign):
            self._assign(node)
        elif isinstance(node, code.If):
            self._if(node)
        elif isinstance(node, code.Evaluate):
            self._look(node.value, is_statement=True)
        elif isinstance(node, (code.Function, code.Class, code.Lambda)):
            return  # runs when somebody calls it, after the commit perhaps
        else:
            self._parts(node)

    def _parts(self, node: code.Statement) -> None:
        """The expressions and blocks of a statement, in their order."""
        if isinstance(node, code.For):
            names = code.names_in(node.target)
            self._forget(names)
            if code.dotted(node.iterable) in self._rows:
                self._rows |= names  # ``for row in written_rows:``
        for child in code.children(node):
            if isinstance(child, _STATEMENTS):
                self._statement(child)
            elif isinstance(child, (code.Handler, code.Case)):
                self._parts(child)
            else:
                self._look(child)

    def _if(self, node: code.If) -> None:
        """Only what runs for the row that is saved: ``if created:`` in a receiver."""
        is_true = self._decided(node.test)
        branches = [node.body, node.orelse]
        if is_true is not None:
            chosen = node.body if is_true else node.orelse
            self.run(chosen)
            branches = [chosen]
        elif not self._is_run_by_save:
            self._parts(node)
            return
        # What else a receiver asks of the row may never hold in this transaction.
        if any(each and isinstance(each[-1], _LEAVING) for each in branches):
            self._has_left = True

    def _decided(self, test: code.Expression) -> bool | None:
        """Whether a test holds; None where nobody can tell."""
        if isinstance(test, code.Not):
            inner = self._decided(test.value)
            return None if inner is None else not inner
        if isinstance(test, code.Boolean):
            sides = {self._decided(test.left), self._decided(test.right)}
            deciding = test.operator == "or"
            if deciding in sides:
                return deciding
            return None if None in sides else not deciding
        if code.dotted(test) in {"created", "kwargs.['created']"}:
            return self._is_new
        models = {name: model for name, (model, _) in self._models.items()}
        return self._walk.saving.is_instance(self._symbol.scope, test, models)

    def _with(self, node: code.With) -> None:
        if not self._is_open and self._walk.opens(self._symbol, node.value):
            self._is_open = True
            self.run(node.body)
            self._is_open, self._rows = False, set()
        else:
            self._look(node.value)
            self.run(node.body)

    def _assign(self, node: code.Assign) -> None:
        if node.value is None:
            return
        self._look(node.value)
        is_row = row_of(node.value) or mentions(node.value, self._rows)
        if self._is_open and not is_row:
            is_row = self._walk.helpers.returns_row(self._symbol, node.value)
        saving = self._walk.serializers.made_by(self._symbol, node.value)
        saved = self._walk.saving.saved_by(self._symbol.scope, node.value)
        for target in node.targets:
            first = target.items[0] if isinstance(target, code.Display) else target
            name = code.dotted(first)
            self._serializers.pop(name, None)
            self._models.pop(name, None)
            if name and saving is not None:
                self._serializers[name] = saving
            if name and saved is not None:
                self._models[name] = saved
            if name and is_row and self._is_open:
                self._rows.add(name)
            elif name:
                self._forget(frozenset({name}))

    def _forget(self, names: frozenset[str]) -> None:
        """These names stand for something else from here on."""
        self._rows = {
            row
            for row in self._rows
            if not any(row == name or row.startswith(f"{name}.") for name in names)
        }

    def _look(self, node: code.Expression, *, is_statement: bool = False) -> None:
        """An expression that is evaluated here."""
        if isinstance(node, (code.Lambda, code.Function)):
            return
        if not isinstance(node, code.Call):
            for child in code.children(node):
                self._look(child)
            return
        if "commit" in code.last_name(node.function):
            return
        for child in code.children(node):
            self._look(child)
        if self._is_open:
            self._called(node, is_statement)

    def _called(self, node: code.Call, is_statement: bool) -> None:
        place = self._symbol.scope.path, node.at
        if self._walk.is_send(place):
            if any(hands_on(each.value, self._rows) for each in _carried(node)):
                self._walk.found.setdefault(place, (self._symbol, is_statement))
            return
        row = self._saved_by_super() if saves_by_super(node) else saved_by(node)
        if row:
            self._rows.add(row)
            self._saved(self._models.get(row) or self._own(row))
            return
        self._rows |= self._walk.helpers.saved(self._symbol, node)
        self._follow(node)

    def _saved_by_super(self) -> str:
        """The row that ``super().save()`` writes in a method of a model, or of a form."""
        is_model = self._walk.saving.is_model(self._symbol.owner)
        return "self" if is_model else "self.instance"

    def _own(self, row: str) -> Saved | None:
        """What a method of a model saves: its own row."""
        owner = self._symbol.owner if row == "self" else None
        is_model = self._walk.saving.is_model(owner)
        return (owner, None) if owner is not None and is_model else None

    def _saved(self, saved: Saved | None) -> None:
        """Go through what sends while a row is saved."""
        for symbol, rows in self._walk.saving.of(saved) if saved is not None else ():
            if symbol != self._symbol:
                self._walk.call(symbol, set(rows), self._depth, saved)

    def _follow(self, node: code.Call) -> None:
        """A function of the project, which may write rows and send them, too."""
        callee = self._walk.helpers.callee(self._symbol, node.function)
        if callee is None:
            self._save(node)
            return
        parameters = list(callee.definition.positional)
        rows: set[str] = set()
        if callee.owner is not None and parameters[:1] in (["self"], ["cls"]):
            parameters = parameters[1:]
            rows |= {row for row in self._rows if row.partition(".")[0] == "self"}
        positional = [each for each in node.arguments if not each.name]
        for name, argument in zip(parameters, positional, strict=False):
            if mentions(argument.value, self._rows):
                rows.add(name)
        for argument in node.arguments:
            if argument.name in parameters and mentions(argument.value, self._rows):
                rows.add(argument.name)
        self._walk.call(callee, rows, self._depth)

    def _save(self, node: code.Call) -> None:
        """``serializer.save()``, or a hook of a view that does just that."""
        owner, _, method = code.dotted(node.function).rpartition(".")
        if owner == "self" and method in HOOKS and node.arguments:
            owner, method = code.dotted(node.arguments[0].value), SAVE
        saving = self._serializers.get(owner) if method == SAVE else None
        if isinstance(saving, ClassSymbol):
            hook = HOOKS.get(self._symbol.name)
            self._saved((saving, hook == "create" if hook else None))
        elif saving is not None:
            self._walk.call(saving, set(), self._depth)
        elif _is_of_super(node):
            model = self._walk.serializers.model_of(self._symbol.owner)
            is_new = code.last_name(node.function) == "create"
            self._saved(None if model is None else (model, is_new))
        else:
            self._saved(self._walk.saving.created_by(self._symbol.scope, node))


def _is_of_super(call: code.Call) -> bool:
    """``super().create(…)`` or ``super().update(…)``."""
    function = call.function
    return (
        isinstance(function, code.Attribute)
        and function.name in {"create", "update"}
        and isinstance(function.value, code.Call)
        and code.dotted(function.value.function) == "super"
    )


def _carried(send: code.Call) -> list[code.Argument]:
    """The arguments of a send, and of the signatures that are built in the same expression."""
    found = list(send.arguments)
    function = send.function
    built = code.walk(function.value) if isinstance(function, code.Attribute) else ()
    for call in built:
        if not isinstance(call, code.Call):
            continue
        if any(argument.name in {"countdown", "eta"} for argument in call.arguments):
            return []  # ``.set(countdown=10)``
        if code.last_name(call.function) in celery_words.SIGNATURES:
            found += call.arguments
    return found


_LEAVING = (code.Jump, code.Return, code.Raise)

_STATEMENTS = (
    code.Assert, code.Assign, code.Class, code.Evaluate, code.For, code.Function, code.If,
    code.Import, code.Jump, code.Match, code.Raise, code.Return, code.Try, code.While, code.With,
)  # fmt: skip
