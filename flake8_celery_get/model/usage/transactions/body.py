"""Goes through one function in the order in which it runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.usage.transactions.fixed import depends, tells
from flake8_celery_get.model.usage.transactions.models.saving import tells_new
from flake8_celery_get.model.usage.transactions.models.serializers import HOOKS, SAVE
from flake8_celery_get.model.usage.transactions.rows import (
    hands_on,
    is_super,
    row_of,
    saved_by,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.usage.transactions.held import Held, Passed
    from flake8_celery_get.model.usage.transactions.models.serializers import Saved
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol
    from flake8_celery_get.model.values.values import Place


class Follows(Protocol):
    """What a function that is gone through asks of what goes through all of them."""

    def opens(self, symbol: FunctionSymbol, node: code.Expression) -> bool:
        """Whether ``with node:`` opens a transaction."""

    def is_send(self, place: Place) -> bool:
        """Whether a task is sent there."""

    def note(self, place: Place, within: FunctionSymbol, *, is_statement: bool) -> None:
        """A send gives a row of an open transaction to its task."""

    def call(self, symbol: FunctionSymbol, passed: Passed, depth: int) -> None:
        """Go through a function that is called inside of a transaction."""

    def save(
        self,
        kind: ClassSymbol,
        depth: int,
        *,
        is_new: bool | None,
        after: ClassSymbol | None = None,
    ) -> None:
        """Go through what runs when a row of a model is saved."""

    def run_serializer(self, saved: Saved, depth: int) -> None:
        """Go through what ``save()`` of a serializer runs."""


class Body:
    """One function: whether a transaction is open at this point, and what its names stand for."""

    def __init__(
        self, walk: Follows, held: Held, depth: int, is_open: bool, passed: Passed
    ) -> None:
        self._walk = walk
        self._helpers = held.helpers
        self._held = held
        self._symbol = held.symbol
        self._depth = depth
        self._is_open = is_open
        self._is_new = passed.is_new
        self._is_saved = passed.is_saved

    def run(self, statements: Sequence[code.Statement]) -> bool:
        """Go through statements in order; tells whether they surely leave the function."""
        return any(self._statement(statement) for statement in statements)

    def _statement(self, node: code.Statement) -> bool:
        if isinstance(node, code.With):
            return self._with(node)
        if isinstance(node, code.If):
            return self._if(node)
        if isinstance(node, code.Assign):
            if node.value is not None:
                self._look(node.value)
            self._held.assign(node, is_open=self._is_open)
        elif isinstance(node, code.Evaluate):
            self._look(node.value, is_statement=True)
        elif not isinstance(node, (code.Function, code.Class, code.Lambda)):
            # Those run when somebody calls them, after the commit perhaps.
            self._parts(node)
        return isinstance(node, _LEAVING)

    def _if(self, node: code.If) -> bool:
        """Both branches, or the one that the row or the call leads to: ``if created:``.

        What else is asked of a row that is saved, or of a constant that the call gives, may
        never hold in this transaction.
        """
        told = self._helpers.kinds.is_instance(self._symbol, node.test, self._held.kinds)
        if told is None and self._is_new is not None:
            told = tells_new(node.test, is_new=self._is_new)
        if told is None:
            told = tells(node.test, self._held.fixed)
        if told is None and (self._is_saved or depends(node.test, self._held.fixed)):
            return any(
                bool(body) and isinstance(body[-1], _LEAVING)
                for body in (node.body, node.orelse)
            )
        if told is None:
            self._parts(node)
            return False
        return self.run(node.body if told else node.orelse)

    def _parts(self, node: code.Statement) -> None:
        """The expressions and blocks of a statement, in their order."""
        if isinstance(node, code.For):
            self._held.loop(node.target, node.iterable)
        for child in code.children(node):
            if isinstance(child, _STATEMENTS):
                self._statement(child)
            elif isinstance(child, (code.Handler, code.Case)):
                self._parts(child)
            else:
                self._look(child)

    def _with(self, node: code.With) -> bool:
        if not self._is_open and self._walk.opens(self._symbol, node.value):
            self._is_open = True
            leaves = self.run(node.body)
            self._is_open, self._held.rows = False, set()
            return leaves
        self._look(node.value)
        return self.run(node.body)

    def _look(self, node: code.Expression, *, is_statement: bool = False) -> None:
        """An expression that is evaluated here."""
        if isinstance(node, (code.Lambda, code.Function)):
            return
        if isinstance(node, code.Comprehension):
            self._comprehension(node)
            return
        if isinstance(node, code.Call) and "commit" in code.last_name(node.function):
            return
        for child in code.children(node):
            self._look(child)
        if isinstance(node, code.Call) and self._is_open:
            self._called(node, is_statement)

    def _comprehension(self, node: code.Comprehension) -> None:
        """The loop comes first, and its names end with it."""
        held = self._held
        before = set(held.rows), dict(held.kinds), dict(held.new)
        for clause in node.clauses:
            self._look(clause.iterable)
            held.loop(clause.target, clause.iterable)
        for part in (node.key, node.element):
            if part is not None:
                self._look(part)
        held.rows, held.kinds, held.new = before

    def _called(self, node: code.Call, is_statement: bool) -> None:
        place = self._symbol.scope.path, node.at
        if self._walk.is_send(place):
            if any(hands_on(each.value, self._held.rows) for each in _carried(node)):
                self._walk.note(place, self._symbol, is_statement=is_statement)
            return
        if not self._saves_row(node):
            kinds = self._held.kinds
            self._held.rows |= self._helpers.saved(self._symbol, node, kinds)
            self._creates_row(node)
            self._follow(node)

    def _saves_row(self, node: code.Call) -> bool:
        """``row.save()``, or ``super().save()`` in the ``save()`` of a model."""
        owner = node.function.value if isinstance(node.function, code.Attribute) else None
        kinds = self._helpers.kinds
        if owner is not None and code.last_name(node.function) == SAVE and is_super(owner):
            own, after = self._held.kinds.get("self"), self._symbol.owner
            if own is None or not kinds.is_model(own):
                self._saves_form(node, own)
                return False
            self._held.rows.add("self")
            self._walk.save(own, self._depth, is_new=self._is_new, after=after)
            return True
        row = saved_by(node)
        if not row and owner is not None and code.last_name(node.function) == SAVE:
            return self._saves_made(owner)
        if not row:
            return False
        kind = self._held.kinds.get(row)
        if kind is None or kinds.is_model(kind):
            self._held.rows.add(row)
            if kind is not None:
                self._walk.save(kind, self._depth, is_new=self._held.new.get(row))
            self._held.new[row] = False
        return kind is None or kinds.is_model(kind)

    def _saves_form(self, node: code.Call, own: ClassSymbol | None) -> None:
        """``super().save()`` in a form, whose row is ``self.instance``."""
        model = self._helpers.kinds.saved_by(own) if own is not None else None
        if row_of(node):
            self._held.rows.add("self.instance")
            if model is not None:
                is_new = _MADE.get(code.last_name(node.function))
                self._walk.save(model, self._depth, is_new=is_new)

    def _saves_made(self, owner: code.Expression) -> bool:
        """``Order(...).save()``, or one that is asked for in the same expression."""
        kinds = self._helpers.kinds
        kind = kinds.of(self._symbol, owner, self._held.kinds)
        if code.dotted(owner) or kind is None or not kinds.is_model(kind):
            return False
        self._walk.save(kind, self._depth, is_new=kinds.makes(owner))
        return True

    def _creates_row(self, node: code.Call) -> None:
        """``Order.objects.create()``, or ``get_or_create()``."""
        name = code.last_name(node.function)
        owner = node.function.value if isinstance(node.function, code.Attribute) else node
        if is_super(owner):
            self._saves_form(node, self._held.kinds.get("self"))
        elif row_of(node) and name != SAVE and not name.startswith(("bulk", "abulk")):
            kind = self._helpers.kinds.of(self._symbol, node, self._held.kinds)
            if kind is not None:
                is_new = None if "_or_" in name else True
                self._walk.save(kind, self._depth, is_new=is_new)

    def _follow(self, node: code.Call) -> None:
        """A function of the project, which may write rows and send them, too."""
        callee = self._helpers.callee(self._symbol, node.function, self._held.kinds)
        if callee is None:
            self._save_through(node)
        else:
            self._walk.call(callee, self._held.passed(callee, node), self._depth)

    def _save_through(self, node: code.Call) -> None:
        """``serializer.save()``, a hook of a view that does just that, or a form."""
        owner, _, method = code.dotted(node.function).rpartition(".")
        if owner == "self" and method in HOOKS and node.arguments:
            owner, method = code.dotted(node.arguments[0].value), SAVE
        saved = self._held.serializers.get(owner) if method == SAVE else None
        if saved is not None:
            self._walk.run_serializer(saved, self._depth)
        elif method == SAVE and owner in self._held.kinds:
            model = self._helpers.kinds.saved_by(self._held.kinds[owner])
            if model is not None:
                self._walk.save(model, self._depth, is_new=self._held.new.get(owner))


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


_MADE = {"create": True, "update": False}
"""Methods of serializers, and whether the row that they save is new."""
_LEAVING = (code.Jump, code.Return, code.Raise)
_STATEMENTS = (
    code.Assert, code.Assign, code.Class, code.Evaluate, code.For, code.Function, code.If,
    code.Import, code.Jump, code.Match, code.Raise, code.Return, code.Try, code.While, code.With,
)  # fmt: skip
