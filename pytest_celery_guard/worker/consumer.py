"""Celery's own Consumer, started without its event loop: see celery/worker/consumer."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

from celery.exceptions import TaskRevokedError
from celery.utils.imports import symbol_by_name
from celery.utils.nodenames import default_nodename, host_format
from celery.worker import state as worker_state
from celery.worker.consumer import Consumer

from pytest_celery_guard.app.kept_tasks import has_own_strategy, is_of_batches
from pytest_celery_guard.basics.restoring import swap
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.explain import sending
from pytest_celery_guard.turns.rates import Buckets
from pytest_celery_guard.turns.timer import VirtualTimer
from pytest_celery_guard.worker.events import Events
from pytest_celery_guard.worker.loops import is_on_loop, loops_refused
from pytest_celery_guard.worker.losing import mortal_body, mortal_tracer
from pytest_celery_guard.worker.pool import NOTHING, InThreadPool
from pytest_celery_guard.worker.stats import stats
from pytest_celery_guard.worker.tracers import Tracers
from pytest_celery_guard.world.stubbed import stubbed_body
from pytest_celery_guard.world.world import World

HOSTNAME = "guard@test"
"""The worker's name, unless it is chosen, as ``request.hostname`` and ``inspect()`` show it."""


def hostname_of(told: str) -> str:
    """A worker's name as the option ``-n`` of ``celery worker`` has it; the guard's own without."""
    return host_format(default_nodename(told)) if told else HOSTNAME


class StepConsumer(Consumer):
    """Turns one delivered message into one request, and runs it in this thread.

    ``refusals`` says of tasks that they could not start an event loop here.
    """

    class Blueprint(Consumer.Blueprint):
        """All that a consumer starts, but for the loop, gossip, mingle and heartbeat."""

        default_steps = (
            "celery.worker.consumer.connection:Connection",
            "celery.worker.consumer.tasks:Tasks",
            "celery.worker.consumer.control:Control",
        )

    def __init__(self, world: World, app: Any, hostname: str = HOSTNAME) -> None:
        self.world = world
        controller = SimpleNamespace(
            state=worker_state,
            semaphore=None,
            autoscaler=None,
            use_eventloop=False,
            app=app,
            hostname=hostname,
            stats=partial(stats, world, app),
        )
        super().__init__(
            self.on_task,
            app=app,
            hostname=hostname,
            pool=InThreadPool(world, app=app),
            timer=VirtualTimer(world),
            initial_prefetch_count=0,
            controller=controller,
            worker_options={
                "without_mingle": True,
                "without_gossip": True,
                "without_heartbeat": True,
                "task_events": False,
            },
        )
        self.refusals: list[str] = []
        self.strategies = Strategies(self)
        self.tracers = Tracers(app, hostname)
        self.task_buckets = Buckets(self, world.clock)

    def start(self) -> None:
        """Connect, declare the queues and listen to remote control; return at once."""
        self.blueprint.start(self)
        for box in (step.box for step in self.blueprint.order if hasattr(step, "box")):
            # Answers go through the worker's own channel, as from another process: the app's
            # pool may be closed, or have one producer only, which the sender holds.
            box.node.mailbox = copy(box.node.mailbox)
            box.node.mailbox.producer_pool = None
        self.event_dispatcher = Events(self.world, self)
        self.task_consumer.on_message = self.create_task_handler()
        self.task_consumer.consume()

    def declare_queues(self) -> None:
        """Declare the queues that the worker reads, and their bindings, as at its start."""
        channel = self.task_consumer.channel
        for queue in self.app.amqp.queues.consume_from.values():
            queue(channel).declare()

    def update_strategies(self) -> None:
        """Strategies are made on first use."""

    def forget_tasks(self) -> None:
        """What is kept for each task is made again on its next use."""
        self.strategies.clear()
        self.tracers.clear()

    def reset_rate_limits(self) -> None:
        """Make all buckets anew: remote control has changed a limit."""
        self.task_buckets.clear()

    def on_task(self, request: Any) -> None:
        """Run a request whose time has come, as WorkController does."""
        task = request.task
        self.world.worker.tasks.keep(task)
        loss = self.world.faults.loss_of(request.id, task.name)
        stub = self.world.stubs.get(task.name)
        with (
            loops_refused(task, self.refusals.append) if is_on_loop() else NOTHING,
            stubbed_body(task, stub) if stub else NOTHING,
            mortal_body(task, loss) if loss else NOTHING,
        ):
            task.__trace__ = mortal_tracer(self.tracers.of(task), loss)
            ran = self.world.worker.count
            try:
                request.execute_using_pool(self.pool)
            except TaskRevokedError:
                pass
            finally:
                self.world.worker.count = ran + 1

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Celery logs it and drops the message: a test must not pass over that."""
        self.world.errors.append(f"the worker can't decode a message: {exc}")
        super().on_decode_error(message, exc)

    def on_unknown_message(self, body: Any, message: Any) -> None:
        """A message on a task queue that is no task."""
        self.world.errors.append(
            f"the worker received a message that is not a task: {body!r}"
        )
        super().on_unknown_message(body, message)

    def on_invalid_task(self, body: Any, message: Any, exc: Exception) -> None:
        """A task message whose parts don't fit."""
        told = sending.refused(exc, message.content_type, self.task_consumer.accept)
        self.world.errors.append(told)
        self.world.lost[message.headers.get("id", "")] = told
        super().on_invalid_task(body, message, exc)


class Strategies(dict[str, Any]):
    """How each task's messages become requests; made on first use.

    So tasks that are registered late are known, and set-up costs the same for any number.
    """

    def __init__(self, consumer: StepConsumer) -> None:
        self._consumer = consumer

    def __missing__(self, name: str) -> Any:
        task = self._consumer.app.tasks[
            name
        ]  # a KeyError takes Celery's NotRegistered path
        world, tasks = self._consumer.world, self._consumer.world.worker.tasks
        tasks.keep(task)
        tasks.note_strategy(task)
        with Undo() as undo:
            request = virtual_request(world, symbol_by_name(task.Request))
            if is_of_batches(task):
                request = batched_request(world, request)
            swap(undo, task, "Request", request)
            swap(undo, task, "send_events", True)
            strategy = task.start_strategy(self._consumer.app, self._consumer)
        if has_own_strategy(task):  # which may call it itself
            task.__trace__ = self._consumer.tracers.new(task)
        self[name] = strategy
        return strategy


def batched_request(world: World, base: Any) -> Any:
    """The Request class of celery-batches, which holds each eta against the process's own time."""

    class BatchedRequest(base):
        @property
        def eta(self) -> datetime | None:
            """Nearer by the virtual time that has passed since the task was sent."""
            told: datetime | None = super().eta
            if told is None:
                return None
            message = world.delivered.get(self.id)
            sent_ahead = message.offset if message else 0
            return told - timedelta(seconds=world.clock.offset - sent_ahead)

    return BatchedRequest


def virtual_request(world: World, base: Any) -> Any:
    """A task's Request class whose ``expires`` is judged by the virtual clock.

    What becomes of a task is known by its events, also if its class has ``send_events = False``.
    """

    class VirtualRequest(base):
        def send_event(self, type: str, **fields: Any) -> None:
            super().send_event(type, **fields)
            if not self.task.send_events:
                world.worker.consumer.event_dispatcher.send(type, uuid=self.id, **fields)

        def maybe_expire(self) -> bool:
            """Revoke the task if its time is over."""
            sent_ahead = world.offset_of((self.id, self.request_dict.get("expires")))
            if not self.expires:
                return False
            if world.clock.now() <= self.expires.timestamp() + sent_ahead:
                return False
            worker_state.revoked.add(self.id)
            return True

    return VirtualRequest
