"""The real half: all cases on real workers, each resumed when what it waits for is there."""

from __future__ import annotations

import gc
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from celery.result import ResultBase

from tests.fidelity import journal, witness, worker_process
from tests.fidelity.case import Case, Steps, Until, Wait
from tests.fidelity.journal import Entry, Journal, RedisJournal
from tests.fidelity.seen import Seen, id_of
from tests.fidelity.stage import REDIS, RUN, app, tuned

DEADLINE_SECONDS = 40
# What a worker still does after a task's last signal: acknowledge, store, publish.
QUIET_SECONDS = 0.3
POLL_SECONDS = 0.05
# With more messages than this in the queues, moments would be missed.
BACKLOG = 8


class NotSettled(Exception):
    """A case waited in vain for its tasks."""


@dataclass(frozen=True, slots=True)
class RealSide:
    """Workers that run, and the journal that they write."""

    journal: Journal
    workers: dict[str, int]

    def seen(self, case: Case) -> Seen:
        """What this case may ask."""
        return Seen(self.journal, self._states, worker_name(case))

    def _states(self, task_id: str) -> list[str]:
        entries = self.journal.entries()
        stored = [e.what for e in entries if e.task_id == task_id and e.kind == "stored"]
        return [state for state, _ in groupby(["PENDING", *stored])]


def worker_name(case: Case) -> str:
    """The worker that runs a case's tasks."""
    if case.app is tuned:
        return "tuned@fidelity"
    return "fragile@fidelity" if case.theme.startswith("fragile.") else "plain@fidelity"


def owners(entries: Iterable[Entry]) -> dict[str, str]:
    """The case of each task: the one that sent it, or whose task sent it."""
    found: dict[str, str] = {}
    for entry in entries:
        if entry.what in witness.PUBLISHER_SIGNALS:
            inherited = found.get(entry.sender) or found.get(entry.root, "")
            found.setdefault(entry.task_id, entry.case or inherited)
    return found


def unfinished(entries: list[Entry], masters: Iterable[int]) -> dict[str, int]:
    """How many deliveries of each task a worker has not yet brought to an end."""
    pids = set(masters)
    open_: Counter[str] = Counter()
    for entry in entries:
        if entry.what == "after_task_publish":
            open_[entry.task_id] += 1
        elif _is_end(entry, pids):
            open_[entry.task_id] -= 1
    return {task_id: count for task_id, count in open_.items() if count > 0}


def backlog(entries: Iterable[Entry]) -> int:
    """How many messages no worker has received yet."""
    counts = Counter(entry.what for entry in entries)
    taken = ("task_received", "task_revoked", "task_unknown", "task_rejected")
    return counts["after_task_publish"] - sum(counts[what] for what in taken)


def _is_end(entry: Entry, masters: set[int]) -> bool:
    """A process of the pool ends a task with `task_postrun`; else the worker itself ends it."""
    if entry.kind != "signal":
        return False
    by_master = ("task_revoked", "task_rejected", "task_unknown", "task_failure")
    return entry.what == "task_postrun" or (
        entry.what in by_master and entry.pid in masters
    )


@dataclass(slots=True)
class Act:
    """A case on its way."""

    case: Case
    steps: Steps
    label: str
    """The name that the journal keeps its tasks under."""
    wait: Wait = None
    since: float = 0.0
    error: BaseException | None = None
    begun: bool = False
    over: bool = False
    trace: list[list[object]] = field(default_factory=list)

    def resume(self, failure: Exception | None = None) -> None:
        """Let the case go on to its next wait, or to its end."""
        self.begun = True
        try:
            with journal.on_behalf_of(self.label):
                self.wait = self.steps.throw(failure) if failure else next(self.steps)
        except StopIteration:
            self.over = True
        except BaseException as error:
            self.over, self.error = True, error
        self.since = time.monotonic()

    @property
    def patience(self) -> int:
        """The rank among those who could go on: what waits for a moment may miss it."""
        if isinstance(self.wait, Until | float):
            return 0
        return 2 if self.begun else 1

    @property
    def waited(self) -> float:
        """Seconds since the case began to wait."""
        return time.monotonic() - self.since


@dataclass(slots=True)
class Play:
    """All cases, taking turns."""

    side: RealSide
    acts: list[Act]

    def run(self) -> None:
        """Run the cases to their ends.

        Without collector: before 5.7 a result that it finds amid a call of the Redis client
        calls that client too, and waits for itself.
        """
        gc.disable()
        try:
            self._run()
        finally:
            gc.enable()

    def _run(self) -> None:
        while not all(act.over for act in self.acts):
            if not self._turn():
                time.sleep(POLL_SECONDS)
        own = self._own()
        for act in self.acts:
            act.trace = self.side.seen(act.case).trace(own[act.label])

    def _own(self) -> dict[str, list[Entry]]:
        """The entries of each case."""
        entries = self.side.journal.entries()
        owner = owners(entries)
        own: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            own[owner.get(entry.task_id, entry.case)].append(entry)
        return own

    def _turn(self) -> bool:
        """Resume one case, if one can go on: a read may block, and moments pass meanwhile."""
        own = self._own()
        crowded = backlog(self.side.journal.entries()) > BACKLOG
        for act in sorted(self.acts, key=lambda act: act.patience):
            if act.over or (crowded and not act.begun):
                continue
            if self._fulfilled(act, own[act.label]):
                act.resume()
                return True
            if act.waited > DEADLINE_SECONDS:
                happened = [(e.task_id[:8], e.what) for e in own[act.label]]
                act.resume(NotSettled(f"{act.wait} after {happened}"))
                return True
        return False

    def _fulfilled(self, act: Act, own: list[Entry]) -> bool:
        wait = act.wait
        if not act.begun:
            return True
        if isinstance(wait, float | int):
            return act.waited >= wait
        if isinstance(wait, Until):
            wanted = id_of(wait.result), wait.what
            return [(e.task_id, e.what) for e in own].count(wanted) >= wait.times
        if isinstance(wait, ResultBase) and not wait.ready():
            return False
        quiet = not own or time.time() - own[-1].at > QUIET_SECONDS
        return quiet and not unfinished(own, self.side.workers.values())


def played(side: RealSide, cases: Iterable[Case]) -> dict[str, Act]:
    """Play the cases together, since a session's waits overlap; tell each act by its name.

    Workers, their pools and the broker race with each other, and hundreds of cases at once on a
    busy machine make a race or a deadline slip. What fails is played again with few
    beside it, and that counts.
    """
    acts = _play(side, cases, "")
    failed = [act.case for act in acts.values() if act.error]
    return {**acts, **_play(side, failed, " again")}


def _play(side: RealSide, cases: Iterable[Case], suffix: str) -> dict[str, Act]:
    acts = [Act(case, case.script(side.seen(case)), case.name + suffix) for case in cases]
    Play(side, acts).run()
    return {act.case.name: act for act in acts}


@contextmanager
def real_side(logs: Path) -> Iterator[RealSide]:
    """Start the workers; at the end stop them and remove every key of this run."""
    book = RedisJournal(REDIS, f"{RUN}:journal")
    try:
        with (
            worker_process.running(logs) as workers,
            journal.opened(book),
            witness.listening(),
        ):
            yield RealSide(book, {worker.name: worker.process.pid for worker in workers})
    finally:
        book.remove(f"{RUN}:*")
        book.close()
        for each in (app, tuned):
            each.backend.client.close()
            each.close()
