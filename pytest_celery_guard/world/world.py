"""Everything one test can see: messages, results, clock, log. Reset between tests."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pytest_celery_guard.basics.clock import Clock
from pytest_celery_guard.basics.restoring import Kept
from pytest_celery_guard.errors import PollsForeverError
from pytest_celery_guard.findings.allowed import Allowed
from pytest_celery_guard.findings.doubts import Doubt
from pytest_celery_guard.findings.external import External
from pytest_celery_guard.findings.misuse import Misuse
from pytest_celery_guard.sends.messages import Message, Messages
from pytest_celery_guard.sends.send import Send
from pytest_celery_guard.values.log import Log
from pytest_celery_guard.values.states import READY_STATES, breaks_order, last_stored
from pytest_celery_guard.watching.polls import Polls
from pytest_celery_guard.world.declared import Declared
from pytest_celery_guard.world.headers import Header
from pytest_celery_guard.world.parts import AppResults, Beat
from pytest_celery_guard.world.played import Played
from pytest_celery_guard.world.published import Published
from pytest_celery_guard.world.store import Store

if TYPE_CHECKING:
    from pytest_celery_guard.watching import places
    from pytest_celery_guard.world.stubbed import Stub


class World(Published):
    """What the broker, the result backend and the worker of one app share.

    ``errors`` are those of the worker itself, and messages that it could not read. ``breaches``
    are what no test may do: reach a real broker, store states that can't follow each other.
    ``doubts`` are warnings, ``overruns`` tasks that took longer than a worker lets them.
    ``broken`` are ids of tasks for which the worker itself failed: before Celery 5.7 it tries to
    store FAILURE then, also after SUCCESS. ``seen`` are ids whose failure the test looked at,
    ``read`` those whose result was read, by whomever.
    ``process`` is the one in which the test runs.
    ``failed`` counts the failures that were stored. ``delivered`` has the message of each task that
    the worker got last, ``latest`` the one that was sent last.
    ``stubs`` are what runs in place of tasks. ``others`` are messages that are no tasks, in queues
    that no worker reads.
    ``misuses`` are reads that production could not stand, with the ids of the tasks that did it.
    ``senders`` tells where each task was sent from, ``ignored`` which ones store no result.
    ``lost`` has the reason for each message that reached no worker: unroutable, or refused.
    """

    def __init__(self, app: Any, rank: Callable[[str, int | None], int]) -> None:
        self.app = app
        self.broker = Declared(app.conf.broker_write_url)
        self.clock = Clock()
        self.lock = threading.RLock()  # one step at a time, whichever thread asks
        self.messages = Messages()
        self.others = Messages()
        self.store = Store(self.clock)
        self.log = Log()
        self.headers: dict[str, Header] = {}
        self.sends: list[Send] = []
        self.errors: list[str] = []
        self.breaches: list[str] = []
        self.allowed = Allowed()
        self.external = External()
        self.faults = Played()
        self.delivered: dict[str, Message] = {}
        self.latest: dict[str, Send] = {}
        self.stubs: dict[str, Stub] = {}
        self.beat: Beat | None = None
        self.app_results: AppResults | None = None
        self.visibility_timeout = 3600.0  # in seconds, as Redis has it
        self.real_broker = ""  # where the app sends without the guard
        self.doubts: list[Doubt] = []
        self.seen: set[str] = set()
        self.read: set[str] = set()
        self.broken: set[str] = set()
        self.misuses: dict[Misuse, list[str]] = {}
        self.senders: dict[str, places.Place | None] = {}
        self.ignored: set[str] = set()
        self.lost: dict[str, str] = {}
        self.failed = 0
        self.process = os.getpid()
        self._rank = rank
        self.overruns: list[str] = []
        self._polls = Polls()
        self._replies: dict[str, deque[str]] = {}
        self._queues: dict[str, str] = {}
        self._offsets: dict[object, float] = {}
        self._begun: dict[str, Send] = {}
        self._boxes: Sequence[Any] = (
            *(self.log, self.sends, self.errors, self.breaches, self.seen, self.broken),
            *(
                self.messages,
                self.others,
                self.store,
                self.headers,
                self.delivered,
                self.misuses,
            ),
            *(self.allowed, self.faults, self.read, self.doubts, self.senders),
            *(self.ignored, self.lost, self._polls, self._replies, self._queues),
            *(self.overruns, self._offsets, self.latest, self._begun, self.external),
            self.stubs,
        )

    def reset(self) -> None:
        """Make it as new."""
        self.clock.offset = 0.0
        self.failed = 0
        self.broker.clear()
        self.beat = None
        for box in filter(None, self._boxes):  # most tests leave most of them empty
            box.clear()

    def keep(self) -> Callable[[], None]:
        """Remember all that is here; return the way back to it, which can be gone many times.

        What waits in the worker for its time is in its queue again then.
        """
        kept, offset, failed = Kept(self._boxes), self.clock.offset, self.failed
        held, declared = list(self._held()), self.broker.keep()
        orders = self.worker.keep_orders()

        def way_back() -> None:
            self.clock.offset, self.failed = offset, failed
            self.beat = None  # begins anew in each test
            kept.put_back()
            declared()
            orders()
            for message in held:
                self.messages.put(message)

        return way_back

    def keep_but_findings(self) -> Callable[[], None]:
        """The same, for one way back, on which nothing gets lost that was found meanwhile."""
        way_back = self.keep()

        def go_back() -> None:
            found = Kept(self._findings)
            self.worker.reset()
            self.reset()
            way_back()
            found.put_back()

        return go_back

    def refresh(self) -> None:
        """Nothing: all is written here at once."""

    def catch_up(self) -> None:
        """Nothing: all is told already."""

    def forget_findings(self) -> None:
        """Begin a part: what was found so far is told at the end of the whole."""
        for box in self._findings:
            box.clear()

    @property
    def _findings(self) -> tuple[Any, ...]:
        return self.errors, self.overruns, self.breaches, self.doubts, self.misuses

    def _held(self) -> Iterator[Message]:
        for each in self.worker.timer.queue:
            if each.delayed is not None:
                yield each.delayed.message
        # The worker has received the others, and waits for their time, or collects them.
        yield from filter(self.worker.has_unacked, self.delivered.values())

    def failed_itself(self, text: str, error: BaseException | None) -> None:
        """Note an error of the worker itself, unless the test played it."""
        (self.faults.errors if self.faults.caused(error) else self.errors).append(text)

    def check_order(self, task_id: str, state: str) -> None:
        """Note a problem if a task can't come into this state from the one it is in."""
        before = self.log.of(task_id)
        if task_id not in self.broken and breaks_order(before, state):
            last = last_stored(before)
            self.breaches.append(
                f"task {task_id} went from {last} to {state}: {last} is final. Only a new run"
                " of the task may store another state."
            )

    def is_finished(self, task_id: str) -> bool:
        """Whether the result of a task is stored."""
        return last_stored(self.log.of(task_id)) in READY_STATES

    def looked_at(self, task_id: str, is_ready: bool) -> None:
        """Someone reads what became of a task.

        Raises PollsForeverError when the test did so again and again, and nothing ran meanwhile.
        """
        self.read.add(task_id)
        self._note_look(task_id, is_ready)

    def look_at(self, task_id: str) -> None:
        """The test looks at its states; raises the same."""
        self._note_look(task_id, self.is_finished(task_id))

    def _note_look(self, task_id: str, is_ready: bool) -> None:
        if self.worker.busy:
            return
        self.seen.add(task_id)
        if not is_ready:
            happened = self.worker.count, len(self.log), self.clock.offset
            if times := self._polls.are_in_vain(task_id, happened):
                send = self.latest.get(task_id)
                task = send.task if send else f"task {task_id}"
                raise PollsForeverError(task, times, is_due=self.worker.has_due())
