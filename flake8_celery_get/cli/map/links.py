"""What leads from one node of a picture to another, as one line to be drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.model.picture.shape import Picture, Place, Send, Wait


@dataclass(frozen=True, slots=True)
class Link:
    """All sends and waits from one node to a task; "" for results by their ids.

    ``in_cycle``: the wait is part of a ring in which workers wait for each other.
    """

    source: str
    target: str
    sends: tuple[Send, ...]
    waits: tuple[Wait, ...]
    in_cycle: bool

    @property
    def verb(self) -> str:
        """What the source does with the target."""
        if not self.sends:
            return "waits for"
        return "sends and waits for" if self.waits else "sends"

    @property
    def edges(self) -> tuple[Send | Wait, ...]:
        """The sends, then the waits."""
        return (*self.sends, *self.waits)

    @property
    def waits_in_task(self) -> bool:
        """Whether a worker waits here."""
        return any(wait.in_task for wait in self.waits)

    @property
    def places(self) -> str:
        """Where the source sends and waits: ``path:line, line``."""
        return _listed({edge.place for edge in self.edges})

    @property
    def through(self) -> tuple[str, ...]:
        """The helpers on the way, by their own names."""
        steps = (step for edge in self.edges for step in edge.through)
        return tuple(dict.fromkeys(step.name.rpartition(".")[2] for step in steps))


def links_of(picture: Picture) -> dict[str, list[Link]]:
    """The links that start at each node, in the order of their places."""
    sends: dict[tuple[str, str], list[Send]] = {}
    waits: dict[tuple[str, str], list[Wait]] = {}
    for send in picture.sends:
        sends.setdefault((send.sender, send.task), []).append(send)
    for wait in picture.waits:
        waits.setdefault((wait.waiter, wait.task), []).append(wait)
    rings = [set(cycle.tasks) for cycle in picture.cycles if cycle.waits]
    found: dict[str, list[Link]] = {}
    for pair in sorted({**sends, **waits}, key=lambda pair: _first(sends, waits, pair)):
        in_cycle = pair in waits and any(ring.issuperset(pair) for ring in rings)
        sent, waited = tuple(sends.get(pair, ())), tuple(waits.get(pair, ()))
        found.setdefault(pair[0], []).append(Link(*pair, sent, waited, in_cycle))
    return found


def _first(
    sends: dict[tuple[str, str], list[Send]],
    waits: dict[tuple[str, str], list[Wait]],
    pair: tuple[str, str],
) -> tuple[Place, tuple[str, str]]:
    edges: list[Send | Wait] = [*sends.get(pair, ()), *waits.get(pair, ())]
    return min(edge.place for edge in edges), pair


def _listed(places: Iterable[Place]) -> str:
    by_path = groupby(sorted(places), key=lambda place: place.path)
    return "; ".join(
        f"{path}:{', '.join(str(place.line) for place in group)}" for path, group in by_path
    )
