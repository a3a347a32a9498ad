"""celery beat on the virtual clock: which entries there are, when they are due, and their sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from celery.beat import Scheduler, SchedulingError

from pytest_celery_guard.basics.clock import as_datetime
from pytest_celery_guard.beat import rows
from pytest_celery_guard.beat.checks import check
from pytest_celery_guard.beat.entries import entries_of, has_rows
from pytest_celery_guard.beat.ticking import Ticking
from pytest_celery_guard.errors import StillBusyError, WrongOptionError
from pytest_celery_guard.values.due import Due
from pytest_celery_guard.world import parts
from pytest_celery_guard.world.world import World

BUSY = (
    "{name} would send {limit} tasks or more. Is it a schedule of seconds, over a long time?"
    " Advance in shorter steps, or write @pytest.mark.celery_guard(limit={more})."
)


def beat_of(world: World, level: str) -> parts.Beat:
    """The one of this test: it begins when it is first asked for."""
    if world.beat is None:
        world.beat = Beat(world, level)
    return world.beat


class Beat:
    """Begins when a test first asks for it, and goes on from there to the end of the test.

    ``level`` is the option contract, against which each entry is held once.
    """

    def __init__(self, world: World, level: str) -> None:
        self._world = world
        self._level = level
        self._scheduler = Scheduler(world.app, lazy=True)
        self._ticking: dict[object, Ticking] = {}
        self._wrong: set[str] = set()

    def due(self, seconds: float, limit: int) -> list[Due]:
        """What becomes due in so much virtual time; nothing is sent."""
        __tracebackhide__ = True
        self._refresh()
        now = self._world.clock.now()
        found: list[Due] = []
        for each in [each.in_vain() for each in self._ticking.values()]:
            moment = now
            while (next_ := each.next_until(moment, now + seconds)) is not None:
                moment = next_
                found.append(each.fire(moment))
                if len(found) > limit:
                    raise StillBusyError(
                        BUSY.format(name="due()", limit=limit, more=limit * 10)
                    )
        return sorted(found, key=lambda due: due.at)

    def advance(self, seconds: float, limit: int) -> int:
        """Skip virtual time, sending each entry at its moment; return how many tasks ran."""
        __tracebackhide__ = True
        worker, clock = self._world.worker, self._world.clock
        self._refresh()
        if not self._ticking and not has_rows():
            raise WrongOptionError(
                f"advance(beat=True): the app {self._world.app.main!r} has no beat_schedule."
            )
        end, ran, sent = clock.offset + seconds, worker.drain(), 0
        while due := self._next(clock.now() + max(0.0, end - clock.offset)):
            ran += worker.advance(max(0.0, due - clock.now()))
            sent += sum(map(self._send, list(self._due_at(max(due, clock.now())))))
            if sent > limit:
                raise StillBusyError(
                    BUSY.format(name="advance(beat=True)", limit=limit, more=limit * 10)
                )
            ran += worker.drain()
            self._refresh()
        return ran + worker.advance(max(0.0, end - clock.offset))

    def _refresh(self) -> None:
        """Take in entries that are new or changed, and drop those that are gone."""
        __tracebackhide__ = True
        moment = self._world.clock.now()
        found: dict[object, Ticking] = {}
        app, now = self._world.app, as_datetime(moment)
        # As beat's own entries have it: before Celery 5.7 hours are those of this zone.
        for key, entry in entries_of(app, now.astimezone(app.timezone)):
            known = self._ticking.get(key)
            found[key] = known or Ticking(entry, moment)
            if known is None and check(self._world, entry, self._level):
                self._wrong.add(entry.name)
        self._ticking = found

    def _next(self, end: float) -> float | None:
        """The earliest moment at which one is due; None if there is none until ``end``."""
        __tracebackhide__ = True
        now = self._world.clock.now()
        moments = (each.next_until(now, end) for each in self._ticking.values())
        return min((each for each in moments if each is not None), default=None)

    def _due_at(self, moment: float) -> Iterator[tuple[Ticking, float]]:
        for each in self._ticking.values():
            due = each.next_until(moment, moment)
            if due is not None:
                yield each, due

    def _send(self, due: tuple[Ticking, float]) -> int:
        """Send one entry, as beat does: an error is told, and beat goes on."""
        ticking, moment = due
        entry: Any = ticking.entry
        ticking.fire(moment)
        self._world.is_quiet = True
        try:
            self._scheduler.apply_async(entry, advance=False)
        except SchedulingError as error:
            if entry.name not in self._wrong:
                self._world.errors.append(f"beat: {error}")
        finally:
            self._world.is_quiet = False
        rows.keep(ticking.entry)
        return 1
