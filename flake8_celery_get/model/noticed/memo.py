"""What was evaluated once, what each answer depends on, and what becomes void when more is known.

Questions and facts are plain hashable keys. An answer is kept until something that it depended
on changes (as in salsa and Pysa). Questions that lead back to themselves form a ring: its
members are evaluated together, with what they gave the last time around, until nothing changes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

MOST_ROUNDS = 4
"""So often a ring is evaluated before what it gives is taken as it is."""


@dataclass(slots=True, eq=False)
class Answer:
    """What a question gave, what that depends on, and what was noticed on the way."""

    value: Any = None
    needs: set[Hashable] = field(default_factory=set)
    notes: list[Any] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Member:
    """What a member of a ring gave; ``lowest`` is how far down it leads back."""

    value: Any
    lowest: int


class Memo:
    """Remembers answers; ``retract`` hears of the notes of those that are void."""

    def __init__(self, retract: Callable[[Iterable[Any]], None]) -> None:
        self._retract = retract
        self._kept: dict[Hashable, Answer] = {}
        self._users: defaultdict[Hashable, set[Hashable]] = defaultdict(set)
        self._open: list[Answer] = []
        self._running: dict[Hashable, int] = {}
        self._members: dict[Hashable, _Member] = {}
        self._meanwhile: dict[Hashable, Any] = {}
        self._lowest = sys.maxsize
        self._changed: set[Hashable] = set()

    @property
    def leads_back(self) -> bool:
        """Whether the question that is open now has met one that is not answered yet."""
        return self._lowest < len(self._running)

    def ask(self, key: Hashable, evaluate: Callable[[], T], meanwhile: Any) -> T:
        """The answer to a question; ``meanwhile`` stands for it where it leads back to itself."""
        kept = self._kept.get(key)
        if kept is not None:
            self.needs(key)
            return kept.value  # type: ignore[no-any-return]
        member = self._members.get(key)
        if member is not None:
            self._lowest = min(self._lowest, member.lowest)
            return member.value  # type: ignore[no-any-return]
        if key in self._running:
            self._lowest = min(self._lowest, self._running[key])
            return self._meanwhile.get(key, meanwhile)  # type: ignore[no-any-return]
        return self._evaluated(key, evaluate)

    def needs(self, fact: Hashable) -> None:
        """The question that is open now depends on a fact."""
        if self._open:
            self._open[-1].needs.add(fact)

    def note(self, note: object) -> None:
        """Something was noticed while the open question is evaluated."""
        if self._open:
            self._open[-1].notes.append(note)

    def changed(self, fact: Hashable) -> None:
        """A fact is another one now; ``settle`` acts on it."""
        self._changed.add(fact)

    def settle(self) -> set[Hashable]:
        """Drop all answers that depend on what has changed, and tell which."""
        dropped: set[Hashable] = set()
        facts = list(self._changed)
        self._changed = set()
        while facts:
            for key in self._users.pop(facts.pop(), ()):
                answer = self._kept.pop(key, None)
                if answer is not None:
                    self._retract(answer.notes)
                    dropped.add(key)
                    facts.append(key)
        return dropped

    def forget(self, keys: Iterable[Hashable]) -> None:
        """Ask these again, and leave alone what depends on them."""
        for key in keys:
            self._kept.pop(key, None)

    def _evaluated(self, key: Hashable, evaluate: Callable[[], T]) -> T:
        outer, self._lowest = self._lowest, sys.maxsize
        depth = self._running[key] = len(self._running)
        answer = Answer()
        try:
            value = self._one_round(answer, evaluate)
            if self._lowest == depth:
                value = self._settled_ring(key, depth, answer, evaluate, value)
        finally:
            del self._running[key]
            lowest = self._lowest
            self._lowest = min(outer, lowest) if lowest < depth else outer
        answer.value = value
        if lowest < depth:
            self._members[key] = _Member(value, lowest)
            self._hand_on(answer)
        else:
            self._keep(key, answer)
        return value

    def _one_round(self, answer: Answer, evaluate: Callable[[], T]) -> T:
        self._open.append(answer)
        try:
            return evaluate()
        finally:
            self._open.pop()

    def _settled_ring(
        self,
        head: Hashable,
        depth: int,
        answer: Answer,
        evaluate: Callable[[], T],
        value: T,
    ) -> T:
        """Go around until no member gives anything new; then all of them are answered."""
        ring = self._taken_down(depth)
        for _ in range(MOST_ROUNDS - 1):
            given = {**ring, head: value}
            if all(
                self._meanwhile.get(key, _NOTHING) == each for key, each in given.items()
            ):
                break
            self._meanwhile.update(given)
            self._retract(answer.notes)
            answer.notes.clear()
            value = self._one_round(answer, evaluate)
            if self._lowest < depth:
                return value  # it belongs to a larger ring
            ring = self._taken_down(depth)
        for key, each in ring.items():
            self._keep(key, Answer(each, {head}))
            self._meanwhile.pop(key, None)
        self._meanwhile.pop(head, None)
        return value

    def _taken_down(self, depth: int) -> dict[Hashable, Any]:
        """The members of the ring whose lowest question stands at ``depth``."""
        ring = [key for key, member in self._members.items() if member.lowest >= depth]
        return {key: self._members.pop(key).value for key in ring}

    def _keep(self, key: Hashable, answer: Answer) -> None:
        self._kept[key] = answer
        for fact in answer.needs:
            self._users[fact].add(key)
        self.needs(key)

    def _hand_on(self, answer: Answer) -> None:
        """What depends on an unfinished question belongs to whoever asked."""
        if self._open:
            self._open[-1].needs |= answer.needs
            self._open[-1].notes += answer.notes


_NOTHING = object()
