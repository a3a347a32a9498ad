"""What someone has to change: a place that waits or leads to a wait, and who suffers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.reach.entries import PLAIN, Entry

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.noticed.waits import Wait
    from flake8_celery_get.model.reach.placement.leading import Leading
    from flake8_celery_get.source.code import Span

Hurts: TypeAlias = "Callable[[Entry, Wait], bool]"
"""Whether an entry suffers from a wait that it leads to."""


@dataclass(frozen=True, slots=True)
class Way:
    """How an entry gets to a cause; ``wait`` is seen from the entry."""

    entry: Entry
    wait: Wait


@dataclass(frozen=True, slots=True)
class Cause:
    """One place to change, and the ways of all entries of one kind that lead to it.

    ``wait`` is seen from that place: its hops lead from there to the read. The place is in
    the entry's own body where ``is_own``.
    """

    kind: str
    wait: Wait
    ways: tuple[Way, ...]
    is_own: bool

    @property
    def at(self) -> Span:
        """Where it stands, in the file ``wait.path``."""
        return self.wait.at

    @property
    def entries(self) -> list[Way]:
        """One way of each entry that suffers, by path and place."""
        once: dict[object, Way] = {}
        for way in sorted(self.ways, key=_place):
            once.setdefault(way.entry.body, way)
        return list(once.values())

    @property
    def is_in_callbacks(self) -> bool:
        """Whether none of the entries is a view itself, though requests run all of them."""
        return all(way.entry.is_callback for way in self.ways)


class Causes:
    """Finds the causes of what the entries of a project suffer from."""

    def __init__(self, world: World, leading: Leading, entries: Iterable[Entry]) -> None:
        self._world = world
        self._leading = leading
        self._entries = list(entries)

    def of(self, kind: str, hurts: Hurts) -> list[Cause]:
        """The causes for all entries of one kind, one for each place."""
        found: dict[object, list[tuple[Way, int]]] = {}
        through: dict[object, list[Way]] = {}
        for entry in self._entries:
            if entry.kind != kind or self._leading.is_of_others(entry.body):
                continue
            for wait in entry.waits:
                if hurts(entry, wait):
                    way, inside = Way(entry, wait), self._inside(entry.path, kind, wait)
                    found.setdefault(_from(wait, inside), []).append((way, inside))
                    for hop in wait.hops[:inside]:
                        through.setdefault(hop.callee, []).append(way)
        causes = [_cause(kind, ways) for ways in found.values()]
        return causes + [
            cause
            for cause in self._further(kind, hurts, through)
            if (cause.wait.path, cause.at) not in found
        ]

    def _inside(self, path: str, kind: str, wait: Wait) -> int:
        """How many calls lead from an entry to the place that is to be changed."""
        is_test = self._world.is_test(path)
        for number in range(len(wait.hops), 0, -1):
            callee = wait.hops[number - 1].callee
            if is_test and not self._leading.leads_to(callee):
                continue
            if self._leading.only(callee, kind):
                return number
        return 0

    def _further(
        self, kind: str, hurts: Hurts, through: dict[object, list[Way]]
    ) -> Iterator[Cause]:
        """The causes in a helper that stand behind another one on the way of an entry."""
        once: dict[object, None] = {}
        for helper in self._entries if through else ():
            if helper.kind != PLAIN or helper.body not in through:
                continue
            for wait in helper.waits:
                inside = self._inside(helper.path, kind, wait)
                here = replace(wait, hops=wait.hops[inside:])
                read = (wait.read.path, wait.read.at)
                ways = tuple(
                    way
                    for way in through[helper.body]
                    if read in way.entry.reads and hurts(way.entry, wait)
                )
                if ways and (here.path, here.at) not in once:
                    once[(here.path, here.at)] = None
                    yield Cause(kind, here, ways, is_own=False)


def _from(wait: Wait, inside: int) -> tuple[str, Span]:
    """The file and place where a wait stands, so many calls from its entry."""
    here = wait.hops[inside] if inside < len(wait.hops) else wait.read
    return here.path, here.at


def _cause(kind: str, found: list[tuple[Way, int]]) -> Cause:
    way, inside = min(found, key=lambda pair: (len(pair[0].wait.hops), _place(pair[0])))
    wait = replace(way.wait, hops=way.wait.hops[inside:])
    return Cause(kind, wait, tuple(way for way, _ in found), is_own=inside == 0)


def _place(way: Way) -> tuple[str, Span, str]:
    return way.wait.path, way.wait.at, way.entry.name
