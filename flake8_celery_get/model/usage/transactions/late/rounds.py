"""Which names each round of a loop binds anew, and where no further round follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flake8_celery_get.source import code


@dataclass(frozen=True, slots=True)
class Rounds:
    """The names that a loop binds; after what is in ``last``, by identity, the loop ends."""

    names: frozenset[str]
    last: frozenset[int]


def rounds_of(loop: code.For | code.While | code.Comprehension) -> Rounds:
    """What a loop binds, and where it ends."""
    if isinstance(loop, code.Comprehension):
        return Rounds(_bound_by(loop), frozenset())
    return Rounds(_bound_in(loop), frozenset(_Ending().before(loop.body, falls=False)))


def bound_after(node: code.Node, loops: Iterable[Rounds]) -> frozenset[str]:
    """The names that one of the loops around a node may bind after it."""
    names = [loop.names for loop in loops if id(node) not in loop.last]
    return frozenset[str]().union(*names)


@dataclass(frozen=True, slots=True)
class _Ending:
    """Where a loop surely ends.

    ``breaks`` and ``continues`` tell whether it does after such a statement: in a loop inside
    its body, they lead only behind that one. A ``raise`` that ``is_tried`` may be caught.
    """

    breaks: bool = True
    continues: bool = False
    is_tried: bool = False

    def before(self, body: Sequence[code.Statement], *, falls: bool) -> Iterator[int]:
        """The nodes after which the loop ends; ``falls``: it does so behind the body, too."""
        ends = falls
        for statement in reversed(body):
            blocks = list(self._blocks(statement, ends))
            for inside, block, falls_inside in blocks:
                yield from inside.before(block, falls=falls_inside)
            ends = self._after(statement, ends)
            if ends and not blocks:
                yield from map(id, code.walk(statement))

    def _blocks(
        self, statement: code.Statement, ends: bool
    ) -> Iterator[tuple[_Ending, list[code.Statement], bool]]:
        """The blocks of a statement, and whether the loop ends behind each of them."""
        match statement:
            case code.If(body=body, orelse=orelse):
                yield from ((self, block, ends) for block in (body, orelse))
            case code.With(body=body):
                yield self, body, ends
            case code.Match(cases=cases):
                yield from ((self, case.body, ends) for case in cases)
            case code.For(body=body, orelse=orelse) | code.While(body=body, orelse=orelse):
                falls = self._ends(orelse, ends)
                yield replace(self, breaks=ends, continues=falls), body, falls
                yield self, orelse, ends
            case code.Try(body=body, orelse=orelse):
                yield replace(self, is_tried=True), body, self._ends(orelse, ends)
                for block in (*(each.body for each in statement.handlers), orelse):
                    yield self, block, ends

    def _after(self, statement: code.Statement, ends: bool) -> bool:
        """Whether the loop surely ends once the statement is reached, as it does behind it."""
        match statement:
            case code.Return():
                return True
            case code.Raise():
                return not self.is_tried
            case code.Jump(kind=kind):
                return self.breaks if kind == "break" else self.continues
            case code.If(body=body, orelse=orelse):
                return self._ends(body, ends) and self._ends(orelse, ends)
            case code.With(body=body):
                return self._ends(body, ends)
            case code.For(orelse=orelse) | code.While(orelse=orelse):
                return ends and self._ends(orelse, ends)
        return ends and not any(
            isinstance(each, code.Jump) for each in code.walk(statement)
        )

    def _ends(self, body: Sequence[code.Statement], ends: bool) -> bool:
        for statement in reversed(body):
            ends = self._after(statement, ends)
        return ends


def _bound_in(loop: code.For | code.While) -> frozenset[str]:
    """The names that each round of a loop binds anew."""
    targets = [loop.target] if isinstance(loop, code.For) else []
    for statement in loop.body:
        for node in _outside_functions(statement):
            if isinstance(node, code.Assign):
                targets += node.targets
            elif isinstance(node, (code.For, code.Walrus)):
                targets.append(node.target)
    names = [code.names_in(target) for target in targets]
    return frozenset[str]().union(*names)


def _bound_by(comprehension: code.Comprehension) -> frozenset[str]:
    """The names that each round of a comprehension binds anew."""
    targets = [clause.target for clause in comprehension.clauses]
    return frozenset(name for target in targets for name in code.names_in(target))


def _outside_functions(node: code.Node) -> Iterator[code.Node]:
    if not isinstance(node, (code.Function, code.Lambda, code.Class)):
        yield node
        for child in code.children(node):
            yield from _outside_functions(child)
