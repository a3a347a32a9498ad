"""Points the user's own app at a world, and puts everything back as it was.

Built once per app, 1-2 ms; entered and left once per test, about 0.1 ms.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from celery.app import trace
from celery.backends.base import Backend
from celery.signals import task_internal_error

from pytest_celery_guard.app import overrides
from pytest_celery_guard.app.complete import complete
from pytest_celery_guard.app.current import make_current
from pytest_celery_guard.app.local_tasks import LocalTasks
from pytest_celery_guard.app.pooled import Pools
from pytest_celery_guard.backends.stand_ins import stand_in
from pytest_celery_guard.basics.restoring import (
    forget_cached,
    forget_for_now,
    put_back,
    swap,
    swap_all,
)
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.broker.priorities import ranking
from pytest_celery_guard.broker.transport import Transport
from pytest_celery_guard.contract import around_sends
from pytest_celery_guard.contract.sends import Contract
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.private import celery as private
from pytest_celery_guard.refusals import earlier
from pytest_celery_guard.refusals.guarded import Guarded
from pytest_celery_guard.refusals.processes import new_processes
from pytest_celery_guard.refusals.rest import refuse_the_rest
from pytest_celery_guard.refusals.sends import broker_of
from pytest_celery_guard.turns.sleeping import sleep_virtually
from pytest_celery_guard.watching.reads import watch_reads
from pytest_celery_guard.worker.consumer import hostname_of
from pytest_celery_guard.worker.stepping import StepWorker
from pytest_celery_guard.world.world import World

OF_QUEUES = ("task_queue", "task_default_", "task_create_missing")
"""How the names of settings begin that queues are made from."""


class Attachment:
    """One app and its world, with a worker of that name. ``is_disposed``: of no use any more."""

    def __init__(self, app: Any, hostname: str = "") -> None:
        self.hostname = hostname_of(hostname)
        complete(app)
        self.app = app
        self.world = World(app, ranking(app))
        self.world.real_broker = broker_of(app)
        told = app.conf.broker_transport_options or {}
        self.world.visibility_timeout = told.get("visibility_timeout", 3600.0)
        self._stands_in = self._stand_ins(stand_in(self.app, self.world))
        self._settings = overrides.as_keys(app.conf, self._own_settings())
        self._pools = Pools(app)
        self._contracts: dict[str, Contract] = {}
        self._undo = Undo()
        self._before_tracer: list[Any] | None = None
        self._is_entered = False
        self.is_disposed = False

    def enter(self, *, allow_broker: bool = False) -> None:
        """Stand in for broker, backend and worker of the app, with nothing in them."""
        self.world.process = os.getpid()
        if self._is_entered:
            raise GuardError(f"celery_guard is on for the app {self.app.main!r} already")
        with Undo() as undo:
            undo.callback(self._pools.drop_closed)
            self._keep_app(undo, allow_broker)
            overrides.hide_environment(undo)
            overrides.override(undo, self.app.conf, self._settings)
            self._pools.enter(undo)
            swap_all(undo, ((*place, value) for place, value in self._stands_in.items()))
            self._start_worker(undo)
            undo.callback(self._reset_worker)
            self._keep_tasks(undo)
            watch_reads(undo, self.world)
            self._refuse_the_rest(undo, allow_broker)
            self._undo = undo.pop_all()
        self._is_entered = True

    def begin_part(self, undo: Undo, *, allow_broker: bool = False) -> None:
        """Begin a test with what is here; when ``undo`` is closed, all is as it is now."""
        self.world.process = os.getpid()
        self._pools.renew()
        undo.callback(self._pools.renew)
        way_back = self.world.keep()
        undo.callback(way_back)
        undo.callback(self.reset)
        self._keep_app(undo, allow_broker)
        overrides.keep(undo, self.app.conf)
        self._keep_tasks(undo)
        self._refuse_the_rest(undo, allow_broker)
        self.reset()  # so that the first test finds the same as the others
        way_back()
        self.world.forget_findings()

    def leave(self) -> None:
        """Put everything back; what the test left in the world is gone."""
        if self._is_entered:
            self._is_entered = False
            try:
                self.reset()
            finally:
                self._undo.close()

    def reset(self) -> None:
        """Empty the world and the worker."""
        self.world.worker.reset()
        if self.world.senders:
            earlier.is_over(self.world.senders)
        self.world.reset()

    def dispose(self) -> None:
        """Drop what kombu keeps for the life of the process: pools, and open channels."""
        self.end_worker()
        self.is_disposed = True
        self._pools.dispose()
        if hasattr(self.world, "worker"):
            self.world.worker.consumer.connection.close()

    def check_each_send(self, undo: Undo, level: str) -> None:
        """Hold what is sent against the contract."""
        if level not in self._contracts:
            self._contracts[level] = Contract(self.world, level)
        around_sends.check_each(undo, self.app, self._contracts[level])

    def start_worker(self) -> None:
        """Send the signals of a worker that starts, once."""
        self.world.worker.starting.begin()

    def end_worker(self) -> None:
        """Send those of one that ends, if it has started."""
        if hasattr(self.world, "worker"):
            self.world.worker.starting.end()

    def sleep_virtually(self, undo: Undo) -> None:
        """Let ``time.sleep`` skip virtual time."""
        sleep_virtually(undo, self.world)

    def drain_each_send(self, undo: Undo) -> None:
        """Run a task before the call that sends it returns."""
        worker = self.world.worker
        # What a task sends runs after it, as with a worker.
        around_sends.drain_after_each(undo, self.app, lambda: worker.busy or worker.drain())

    def change_settings(self, settings: Mapping[str, Any]) -> Callable[[], None]:
        """Override settings, also those that tasks keep a copy of; return the way back."""
        with Undo() as undo:
            undo.callback(self._settle)
            overrides.change(undo, self.app, settings)
            if any(name.startswith(OF_QUEUES) for name in settings):
                undo.callback(self.world.broker.keep())
                forget_for_now(undo, self.app.amqp, "queues")
                forget_for_now(undo, self.app.amqp, "default_queue")
                forget_for_now(undo, self.app.amqp, "default_exchange")
                self.world.worker.consumer.declare_queues()
            self._settle()
            return undo.pop_all().close

    def _settle(self) -> None:
        """Make anew what Celery builds from settings and keeps."""
        app, worker = self.app, self.world.worker
        app.amqp.flush_routes()
        app.amqp.router = app.amqp.Router()
        app.amqp.send_task_message = self._sender()
        self._replace_backend(stand_in(self.app, self.world))
        worker.consumer.forget_tasks()
        worker.localized = self._set_up_worker()
        _, worker.consumer.task_consumer.accept, _ = worker.localized

    def _replace_backend(self, backend: Any) -> None:
        for (owner, name), value in self._stands_in.items():
            if isinstance(value, Backend):
                setattr(owner, name, backend)

    def _stand_ins(self, backend: Any) -> dict[tuple[Any, str], Any]:
        app = self.app
        return dict.fromkeys(private.backend_places(app), backend)

    def _own_settings(self) -> dict[str, Any]:
        policy = self.app.conf.task_publish_retry_policy
        no_sleep = {"interval_start": 0, "interval_step": 0, "interval_max": 0}
        return {
            "broker_url": "memory://guard",
            "broker_read_url": "memory://guard",
            "broker_write_url": "memory://guard",
            "broker_transport": Transport,
            # Before kombu 5.4 a first connection is tried until the timeout, pause or not.
            "broker_transport_options": {
                "world": self.world,
                "connect_retries_timeout": 1e-9,
                **no_sleep,
            },
            "broker_connection_retry_on_startup": True,
            "task_publish_retry_policy": {**policy, **no_sleep},
            "task_always_eager": False,
        }

    def _sender(self) -> Callable[..., Any]:
        return self.world.faults.counting(private.task_sender(self.app.amqp))

    def _keep_app(self, undo: Undo, allow_broker: bool) -> None:
        """Put back what a test may change of the app itself."""
        app, of_amqp = self.app, vars(self.app.amqp)
        amqp, names = dict(of_amqp), set(vars(app))
        register = private.registered_as_now(app)

        def way_back() -> None:
            register()
            forget_cached(app, names)
            put_back(of_amqp, amqp)

        undo.callback(way_back)
        make_current(undo, app, beside_others=allow_broker)

    def _keep_tasks(self, undo: Undo) -> None:
        undo.callback(LocalTasks(self.app).put_back)
        undo.callback(self.world.worker.tasks.put_back)

    def _refuse_the_rest(self, undo: Undo, allow_broker: bool) -> None:
        note = self.world.breaches.append
        guarded = Guarded(self.app, self.world.real_broker, note, allow_broker)
        refuse_the_rest(undo, guarded)
        if not allow_broker:
            new_processes.join(undo, guarded)

    def _set_up_worker(self) -> list[Any]:
        """Called when a test runs its first task, and when its settings change."""
        if self._before_tracer is None:
            self._before_tracer = private.localized()
            task_internal_error.connect(self._note_error, weak=False)
        self.world.worker.consumer.pool.start()
        before = private.current_apps()  # the worker runs as this app, the test does not
        trace.setup_worker_optimizations(self.app, self.hostname)
        private.set_current_apps(*before)
        return private.localized()

    def _reset_worker(self) -> None:
        """Undo it, unless the test ran no task."""
        if self._before_tracer is not None:
            task_internal_error.disconnect(self._note_error)
            trace.reset_worker_optimizations(self.app)
            private.localize(self._before_tracer)
            self._before_tracer = self.world.worker.localized = None

    def _start_worker(self, undo: Undo) -> None:
        world, app = self.world, self.app
        if not hasattr(world, "worker"):
            world.worker = StepWorker(world, app, self.hostname, self._set_up_worker)
            sender = app.amqp, "send_task_message"
            self._stands_in[sender] = self._sender()
            swap(undo, *sender, self._stands_in[sender])
        world.worker.timer.restart()

    def _note_error(
        self, sender: Any = None, task_id: str = "", exception: Any = None, **_: Any
    ) -> None:
        name = getattr(sender, "name", sender)
        text = f"the worker failed while it ran {name}: {exception!r}"
        self.world.failed_itself(text, exception)
        self.world.broken.add(task_id)
