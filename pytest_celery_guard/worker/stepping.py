"""One task at a time: when the test says so, in the test's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from celery.exceptions import TimeoutError as ResultTimeoutError
from celery.exceptions import WorkerShutdown, WorkerTerminate
from celery.worker import state as worker_state
from kombu.utils.json import loads

from pytest_celery_guard.app.kept_tasks import KeptTasks, has_own_strategy
from pytest_celery_guard.errors import (
    RunningLoopError,
    StillBusyError,
    WorkerCrashed,
    WorkerKilled,
    WouldBlockForeverError,
)
from pytest_celery_guard.explain.running import circle
from pytest_celery_guard.private import celery as private
from pytest_celery_guard.sends.messages import Message
from pytest_celery_guard.turns.next_act import (
    Act,
    any_due,
    first_due,
    is_meant,
)
from pytest_celery_guard.turns.timer import Delayed
from pytest_celery_guard.worker.consumer import StepConsumer
from pytest_celery_guard.worker.contexts import run_elsewhere
from pytest_celery_guard.worker.endless import TIMES, Circles, Idle
from pytest_celery_guard.worker.loops import turn
from pytest_celery_guard.worker.starting import Starting
from pytest_celery_guard.worker.taken import TellsOfMessages, Unacked, keep_revoked
from pytest_celery_guard.world.parts import Wanted
from pytest_celery_guard.world.world import World

LIMIT = 10_000
"""So many tasks in one drain or read are taken for an endless loop, unless told otherwise."""


class StepWorker(TellsOfMessages):
    """Runs what waits in the world. ``count`` is the number of tasks run so far.

    ``limit`` is how many tasks one drain or read may run. ``busy`` is true while a step runs,
    also for code that the step calls. ``tasks`` remembers what a worker changes on the app's
    tasks. ``localized`` is what the tracer reads; ``set_up`` makes it for the first step of a
    test. ``between_steps`` is called before and after each step.
    """

    def __init__(
        self, world: World, app: Any, hostname: str, set_up: Callable[[], list[Any]]
    ) -> None:
        self.app = app
        self.count = 0
        self.limit = LIMIT
        self.busy = False
        self.between_steps: Callable[[], object] = int  # does nothing
        self.tasks = KeptTasks(app)
        self._idle = Idle()
        self._circles = Circles()
        self._world = world
        self._clock = world.clock
        self.localized: list[Any] | None = None
        self._set_up = set_up
        self.consumer = StepConsumer(world, app, hostname)
        self.consumer.start()
        self.timer: Any = self.consumer.timer
        self.starting = Starting(world, self.consumer)
        self.timer.keep_started()
        world.broker.keep_started()

    def reset(self) -> None:
        """Forget what waits, is scheduled or unacked."""
        private.forget_pending(self.consumer)
        for channel in self.consumer.connection.transport.channels:
            channel.qos.restore_unacked()  # into the world, which is emptied next
        self.timer.clear()
        self.consumer.forget_tasks()
        self.consumer.task_buckets.clear()
        self.consumer.pool.terminated = None
        self.tasks.begin_anew()
        self.consumer.event_dispatcher.begin_anew()
        self.localized = None  # the next test starts the worker, which reads the settings
        worker_state.reset_state()
        self.count = 0

    def keep_orders(self) -> Callable[[], None]:
        """Remember what remote control has told it; return the way back to that."""
        revoked, limits = keep_revoked(), self.tasks.keep_written()

        def way_back() -> None:
            revoked()
            limits()

        return way_back

    def step(self, wanted: Wanted | None = None) -> bool:
        """Run one task; False when none is due."""
        __tracebackhide__ = True
        with turn(self._world.lock):
            before = self.count
            self.between_steps()
            while self.count == before:
                act = self._next_act(wanted)
                if act is None:
                    return False
                with self._as_worker():
                    run_elsewhere(act)
                    self.consumer.perform_pending_operations()
                if self.consumer.refusals:
                    raise RunningLoopError(self.consumer.refusals.pop())
            self.between_steps()
            return True

    def drain(self, limit: int | None = None, wanted: Wanted | None = None) -> int:
        """Run all that is due, and what that sends; return how many tasks ran."""
        __tracebackhide__ = True
        self._circles.begin_anew()
        is_asked_for, limit, ran = limit is not None, limit or self.limit, 0
        while self.step(wanted):
            ran += 1
            if not is_asked_for:
                self._refuse_circles()
            if ran >= limit and self.has_due(wanted):
                raise StillBusyError(
                    f"{limit} tasks ran and more are waiting. Does a task retry or send"
                    f" itself endlessly? If this number is intended, write"
                    f" drain(limit={limit * 10})."
                )
        return ran

    def advance(self, seconds: float) -> int:
        """Skip virtual time, stopping at each due moment; return how many tasks ran."""
        __tracebackhide__ = True
        # What is skipped is counted, not the moment reached: the time that tasks themselves
        # take must not put a retry, due at the very end, out of reach.
        end = self._clock.offset + seconds
        ran = self.drain()
        while (due := self.timer.next_due()) is not None and self._clock.is_within(
            due, end
        ):
            self._clock.skip_to(due)
            ran += self.drain()
        self._clock.offset = max(self._clock.offset, end)
        return ran + self.drain()

    def run_due_until(self, ready: Callable[[], bool]) -> None:
        """Run what is due, one task after the other, until ``ready``."""
        __tracebackhide__ = True
        while not ready() and self.step():
            pass

    def run_until(
        self,
        ready: Callable[[], bool],
        timeout: float | None,
        why: Callable[[], str],
        on_interval: Callable[[], object] | None = None,
    ) -> None:
        """Run, and skip virtual time, until ``ready``; ``timeout`` is in virtual seconds.

        Raises celery.exceptions.TimeoutError when the time is over, and
        WouldBlockForeverError, which says ``why``, when nothing is left that could change it.
        """
        __tracebackhide__ = True
        deadline = None if timeout is None else self._clock.now() + timeout
        began = self._clock.offset
        self._idle = Idle()
        self._circles.begin_anew()
        for steps in range(1, self.limit + 1):
            self._refuse_circles()
            if timeout is not None and self._clock.offset - began > timeout:
                # A task has slept past it: with a worker the read ends while the task runs.
                raise ResultTimeoutError("The operation timed out while a task ran.")
            if ready():
                return
            failed = self._world.failed
            if not self.step() and not ready():  # a revoked task has a result without a run
                self._skip_to_next(deadline, why)
            # Celery looks at all parents here, for a chord at each task of the header: so not
            # after each step, but after steps 1, 2, 4 … and whenever a task has failed.
            if on_interval and (self._world.failed > failed or not steps & (steps - 1)):
                on_interval()
        raise StillBusyError(
            f"{self.limit} tasks ran and the read is still not answered: {why()}"
        )

    def _refuse_circles(self) -> None:
        """Whoever sets the limit knows how much runs."""
        __tracebackhide__ = True
        if self._circles.found and self.limit == LIMIT:
            raise StillBusyError(circle(self._circles.found, TIMES, LIMIT))

    def has_due(self, wanted: Wanted | None = None) -> bool:
        """Whether a message waits or a scheduled task is due."""
        due = self.timer.next_due()
        if due is not None and due <= self._clock.now():
            return True
        wanted = self._of_this_app(wanted)
        return any(is_meant(wanted, each) for each in self._world.messages)

    def hold_back(self, message: Message, seconds: float) -> None:
        """Put a message into its queue after so much virtual time."""
        self.timer.call_after(seconds, Delayed(message, self._world.messages.put))

    def obey(self, queue: str, raw: str) -> None:
        """Carry out a remote control command at once."""
        self.tasks.keep_all()
        transport = self.consumer.connection.transport
        with suppress(WorkerShutdown, WorkerTerminate):  # the next worker goes on
            run_elsewhere(transport.on_message_ready, None, loads(raw), queue)
        if self.consumer.pool.terminated:  # revoke(terminate=True) of the running task
            raise WorkerKilled

    def report(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Call back to a request as billiard does: an error there must not stop the worker."""
        try:
            callback(*args, **kwargs)
        except Exception as error:
            self._world.failed_itself(
                f"the worker failed to report a task: {error!r}", error
            )

    def _next_act(self, wanted: Wanted | None) -> Act | None:
        order, messages = self._world.faults.order, self._world.messages
        wanted = self._of_this_app(wanted)
        if order is None:
            found = first_due(self.timer, messages, wanted)
        else:
            found = any_due(self.timer, messages, wanted, order)
        return partial(self._deliver, found) if isinstance(found, Message) else found

    def _of_this_app(self, wanted: Wanted | None) -> Wanted | None:
        """What is wanted, without the tasks of other services."""
        world = self._world
        if not world.external:
            return wanted

        def is_wanted(task_id: str, task: str, queue: str) -> bool:
            is_own = not world.is_elsewhere(task)
            return is_own and (wanted is None or wanted(task_id, task, queue))

        return is_wanted

    def _deliver(self, message: Message) -> None:
        self._world.delivered[message.task_id] = message
        consumer = self.consumer.task_consumer
        if not self.reads(message.queue):
            self.consumer.add_task_queue(message.queue)
        transport, content = self.consumer.connection.transport, loads(message.raw)
        ran = self.count
        self._circles.note(content)
        transport.on_message_ready(consumer.channel, content, message.queue)
        unacked = Unacked(self._world, message, content["properties"]["delivery_tag"])
        self._count_own_way(message, ran, unacked)
        impatience = self._world.faults.impatience
        if impatience is not None:
            self.consumer.perform_pending_operations()
            if unacked.is_unacked():
                self.timer.call_after(impatience.seconds, unacked)

    def _count_own_way(self, message: Message, ran: int, unacked: Unacked) -> None:
        """Count a task whose own Strategy has run it without the pool."""
        task = self.app.tasks.get(message.task)
        if task is not None and self.count == ran and has_own_strategy(task):
            self.count += not unacked.is_unacked()

    def _skip_to_next(self, deadline: float | None, why: Callable[[], str]) -> None:
        __tracebackhide__ = True
        due = self.timer.next_due()
        so_far = self.count, len(self._world.log), len(self._world.messages)
        is_in_vain = self.timer.only_repeats() and self._idle.is_in_vain(so_far)
        if is_in_vain and not self.holds_one_for_later():
            due = None
        if deadline is not None and (due is None or due > deadline):
            self._clock.skip_to(deadline)
            raise ResultTimeoutError(f"The operation timed out. {why()}")
        if due is None:
            raise WouldBlockForeverError(why())
        self._circles.begin_anew()
        self._clock.skip_to(due)

    @contextmanager
    def _as_worker(self) -> Iterator[None]:
        was_busy, self.busy = self.busy, True
        before = private.current_apps()
        private.set_current_apps(self.app, self.app)
        if self.localized is None:
            self.localized = self._set_up()
        private.localize(self.localized)
        try:
            yield
        except WorkerCrashed:
            private.forget_pending(self.consumer)
            self.timer.lose_requests()
            self.consumer.task_buckets.clear()
            self.consumer.task_consumer.channel.qos.restore_unacked()
            worker_state.reset_state()
        finally:
            private.set_current_apps(*before)
            self.busy = was_busy
