"""Goes through one function in the order in which it runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.transactions.flow.changes import (
    asks_for_any,
    asks_for_change,
    tells_changes,
)
from flake8_celery_get.model.usage.transactions.flow.fixed import depends, tells
from flake8_celery_get.model.usage.transactions.flow.flags import found_rows
from flake8_celery_get.model.usage.transactions.flow.switches import is_switch
from flake8_celery_get.model.usage.transactions.models.conditions import combined
from flake8_celery_get.model.usage.transactions.models.saving import tells_new
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.usage.transactions.flow.calls import Calls
    from flake8_celery_get.model.usage.transactions.flow.held import Held


class Body:
    """One function: whether a transaction is open at this point, and what its names stand for."""

    def __init__(
        self, calls: Calls, held: Held, function: code.Function, *, is_open: bool
    ) -> None:
        self._calls = calls
        self._held = held
        self._symbol = held.symbol
        self._function = function
        self._is_open = is_open
        self._jumped: set[str] = set()

    def run(self) -> None:
        """Go through the function."""
        self._run(self._function.body)

    def _run(self, statements: Sequence[code.Statement]) -> bool:
        """Go through statements in order; tells whether they surely leave the function."""
        return any(self._statement(statement) for statement in statements)

    def _statement(self, node: code.Statement) -> bool:
        match node:
            case code.With():
                return self._with(node)
            case code.If():
                return self._if(node)
            case code.Match(subject=subject, cases=cases):
                self._look(subject)
                bodies = [(case.body, frozenset[str]()) for case in cases]
                return self._branches(bodies, is_all=False)
            case code.Try():
                return self._try(node)
            case code.For() | code.While():
                self._loop(node)
            case _:
                self._simple(node)
        return isinstance(node, _LEAVING)

    def _simple(self, node: code.Statement) -> None:
        """A statement that has no blocks."""
        match node:
            case code.Assign(value=value):
                if value is not None:
                    self._look(value)
                self._held.assign(node, is_open=self._is_open)
            case code.Evaluate(value=value):
                self._look(value, is_statement=True)
            case code.Function() | code.Class() | code.Lambda():
                pass  # runs when somebody calls it, after the commit perhaps
            case _:
                for child in code.children(node):
                    self._look(child)

    def _if(self, node: code.If) -> bool:
        """Both branches, or the one that the row or the call leads to: ``if created:``.

        What else is asked of a row that is saved, or of a constant that the call gives, may
        never hold in this transaction; settings are the same in all of them, and what the
        transaction sets will often be something new.
        """
        told = self._told(node.test)
        if told is not None:
            return self._run(node.body if told else node.orelse)
        if not self._is_open_question(node.test) and (
            self._calls.is_saved or depends(node.test, self._held.fixed, self._local)
        ):
            return any(
                bool(body) and isinstance(body[-1], _LEAVING)
                for body in (node.body, node.orelse)
            )
        self._look(node.test)
        flags = self._held.flags
        return self._branches(
            [
                (node.body, found_rows(node.test, flags, holds=True)),
                (node.orelse, found_rows(node.test, flags, holds=False)),
            ]
        )

    def _told(self, test: code.Expression) -> bool | None:
        """What a condition surely is; None where that can't be told."""
        return combined(test, self._told_alone)

    def _told_alone(self, test: code.Expression) -> bool | None:
        """The same for a condition that is not put together of others."""
        held, is_new = self._held, self._calls.is_new
        if self._calls.is_saved and held.helpers.kinds.is_set(test, held.kinds):
            return True
        told = held.helpers.kinds.is_instance(self._symbol, test, held.kinds)
        if told is None and is_new is not None:
            told = tells_new(test, is_new=is_new)
        return tells(test, held.fixed, is_open=self._is_open) if told is None else told

    def _is_open_question(self, test: code.Expression) -> bool:
        """Whether a condition asks for settings, for changes, and nothing else unknown."""
        match test:
            case code.Not(value=value):
                return self._is_open_question(value)
            case code.Boolean(left=left, right=right):
                return self._is_open_question(left) and self._is_open_question(right)
        asks = is_switch(test) or asks_for_change(test, self._held.fixed)
        if self._calls.is_saved and asks_for_any(test, self._changed):
            return True
        return asks or self._told_alone(test) is not None

    @cached_property
    def _changed(self) -> frozenset[str]:
        """The names that hold what a tracker tells, and nothing else."""
        told, others = set[str](), set[str]()
        for node in code.walk(self._function):
            if isinstance(node, code.Assign) and node.value is not None:
                names = {code.dotted(target) for target in node.targets}
                (told if tells_changes(node.value) else others).update(names)
        return frozenset(told - others)

    @cached_property
    def _local(self) -> frozenset[str]:
        """The names that the function itself binds."""
        names = {each.name for each in self._function.parameters}
        for node in code.walk(self._function):
            targets = node.targets if isinstance(node, code.Assign) else []
            if isinstance(node, code.For):
                targets = [node.target]
            names |= {name for target in targets for name in code.names_in(target)}
        return frozenset(names)

    def _branches(
        self,
        branches: Sequence[tuple[Sequence[code.Statement], frozenset[str]]],
        *,
        is_all: bool = True,
    ) -> bool:
        """Blocks of which one runs, each with the rows that it finds unwritten.

        ``is_all``: there is no way around them.
        """
        held = self._held
        before, after = held.rows, set[str]() if is_all else set(held.rows)
        values, ends = held.values, [] if is_all else [held.values]
        leaves = is_all
        for body, found in branches:
            held.rows, held.values = before - found, dict(values)
            if not self._run(body):
                after |= held.rows
                ends.append(held.values)
                leaves = False
            elif isinstance(body[-1], code.Jump):
                self._jumped |= held.rows
        held.rows = before if leaves else after
        held.values = _common(ends)
        return leaves

    def _loop(self, node: code.For | code.While) -> None:
        outer, self._jumped = self._jumped, set()
        if isinstance(node, code.For):
            self._look(node.iterable)
            self._held.loop(node.target, node.iterable)
        else:
            self._look(node.test)
        values = dict(self._held.values)
        self._run(node.body)
        self._held.values = _common([values, self._held.values])
        self._held.rows |= self._jumped
        self._jumped = outer
        self._run(node.orelse)

    def _try(self, node: code.Try) -> bool:
        leaves = self._run(node.body) or self._run(node.orelse)
        handlers = [(each.body, frozenset[str]()) for each in node.handlers]
        leaves = self._branches(handlers, is_all=leaves)
        return self._run(node.final) or leaves

    def _with(self, node: code.With) -> bool:
        if not self._is_open and self._calls.walk.opens(self._symbol, node.value):
            self._is_open = True
            self._calls.walk.begin(node.value)
            leaves = self._run(node.body)
            self._is_open, self._held.rows = False, set()
            return leaves
        self._look(node.value)
        return self._run(node.body)

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
        if isinstance(node, code.Walrus):
            self._held.bind([node.target], node.value, is_open=self._is_open)
        elif isinstance(node, code.Call) and self._is_open:
            self._calls.called(node, is_statement=is_statement)

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


def _common(ends: Sequence[dict[str, str]]) -> dict[str, str]:
    """What holds whichever way was taken."""
    first, *others = ends or [{}]
    return {
        name: text
        for name, text in first.items()
        if all(each.get(name) == text for each in others)
    }


_LEAVING = (code.Jump, code.Return, code.Raise)
