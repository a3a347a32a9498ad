"""Points the user's app, in the test's process, at the run's address, and puts all back."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from celery.app.task import Task
from kombu import pools

from pytest_celery_guard import private
from pytest_celery_guard.attach import BEATS_CONF, as_keys
from pytest_celery_guard.contract.sends import Contract
from pytest_celery_guard.local_tasks import LocalTasks
from pytest_celery_guard.real_broker import refuse_real_brokers
from pytest_celery_guard.real_worker import sends
from pytest_celery_guard.real_worker.address import Address
from pytest_celery_guard.real_worker.journal import Journal
from pytest_celery_guard.real_worker.observed import Observed
from pytest_celery_guard.real_worker.results import Asking, backend_of
from pytest_celery_guard.restoring import forget_cached, put_back, swap
from pytest_celery_guard.watching.reads import watch_reads


class RealAttachment:
    """One app at one address; ``backend`` is where the test reads results."""

    def __init__(self, app: Any, address: Address, journal: Journal) -> None:
        app.finalize()
        app.loader.import_default_modules()
        app.conf.finalize()
        self.app = app
        self._journal = journal
        self._settings = as_keys(app.conf, address.settings(app.conf))
        self._undo = ExitStack()
        self._pools: dict[tuple[Any, str], Any] = {
            (app, private.APP_POOL): None,
            (app.amqp, private.PRODUCER_POOL): None,
        }
        with ExitStack() as undo:
            self._swap_settings(undo)
            self.backend = backend_of(app, address.backend, Asking, journal=journal)

    def enter(
        self,
        check: Callable[[str], None],
        observed: Observed,
        *,
        allow_broker: bool = False,
    ) -> None:
        """Send to the run's broker, and read from its store.

        ``check`` gets the name of each task that is about to be sent. ``observed`` is told of
        misuse in this process, and of what reaches for another broker.
        """
        with ExitStack() as undo:
            app = self.app
            undo.callback(put_back, vars(app.amqp), dict(vars(app.amqp)))
            undo.callback(forget_cached, app, set(vars(app)))
            for name in BEATS_CONF:
                if name in os.environ:
                    undo.callback(os.environ.__setitem__, name, os.environ.pop(name))
            self._swap_settings(undo)
            for (owner, name), pool in self._pools.items():
                swap(undo, owner, name, pool)
            self._pools[app, private.APP_POOL] = app.pool
            self._pools[app.amqp, private.PRODUCER_POOL] = app.producer_pool
            self._swap_backend(undo)
            self.backend.world = self._observed = observed
            self._check = check
            self._tell_sends(undo)
            undo.callback(LocalTasks(app).put_back)
            watch_reads(undo, observed)
            if not allow_broker:
                refuse_real_brokers(undo, observed.breaches.append)
            self._undo = undo.pop_all()

    def leave(self) -> None:
        """Put everything back."""
        self._undo.close()

    def change_settings(self, settings: Mapping[str, Any]) -> Callable[[], None]:
        """Override settings in this process; return the way back."""
        with ExitStack() as undo:
            undo.callback(self._settle)
            for attribute, setting in self.app.Task.from_config:
                if setting in settings:
                    self._change_tasks(undo, attribute, setting, settings[setting])
            overrides = as_keys(self.app.conf, settings)
            self.app.conf.maps.insert(0, overrides)
            undo.callback(self.app.conf.maps.remove, overrides)
            self._settle()
            return undo.pop_all().close

    def check_each_send(self, level: str) -> None:
        """Until the end of the test, hold what this process sends against the contract."""
        app, contract = self.app, Contract(self._observed, level)
        swap(self._undo, app, "send_task", contract.of_send_task(app.send_task))
        swap(self._undo, Task, "apply_async", contract.of_apply_async(Task.apply_async))

    def drain_each_send(self, drain: Callable[[], object]) -> None:
        """Until the end of the test, run a task before the call that sends it returns."""
        send_task = self.app.send_task

        def send_task_and_drain(*args: Any, **kwargs: Any) -> Any:
            result = send_task(*args, **kwargs)
            drain()
            return result

        swap(self._undo, self.app, "send_task", send_task_and_drain)

    def dispose(self) -> None:
        """Close the connections of this process."""
        pool = self._pools[self.app, private.APP_POOL]
        if pool is not None:
            pool.force_close_all()
            for key in [key for key, each in pools.connections.items() if each is pool]:
                dict.pop(pools.connections, key)
                dict.pop(pools.producers, key, None)
        if isinstance(self.backend, Asking):
            self.backend.client.close()

    def _change_tasks(
        self, undo: ExitStack, attribute: str, setting: str, value: object
    ) -> None:
        before = self.app.conf[setting]
        for task in self.app.tasks.values():
            if getattr(task, attribute) == before:
                swap(undo, task, private.TASK_OPTIONS, None)
                swap(undo, task, attribute, value)

    def _settle(self) -> None:
        self.app.amqp.flush_routes()
        self.app.amqp.router = self.app.amqp.Router()
        self._tell_sends(None)

    def _swap_settings(self, undo: ExitStack) -> None:
        conf = self.app.conf
        undo.callback(conf.maps.__setitem__, slice(None), list(conf.maps))
        undo.callback(put_back, conf.changes, dict(conf.changes))
        conf.maps.insert(0, self._settings)

    def _swap_backend(self, undo: ExitStack) -> None:
        swap(undo, self.app, private.APP_BACKEND, self.backend)
        for task in self.app.tasks.values():
            if getattr(task, private.TASK_BACKEND) is not None:
                swap(undo, task, private.TASK_BACKEND, self.backend)
            if not isinstance(getattr(type(task), "backend", None), property):
                swap(undo, task, "backend", self.backend)

    def _tell_sends(self, undo: ExitStack | None) -> None:
        """The app's sender keeps settings: it is made anew when they change."""
        sender = private.task_sender(self.app.amqp)
        telling = sends.telling(
            sender,
            self._journal,
            lambda name: self._check(name),
            lambda message: self._observed.published(message),
        )
        if undo is not None:
            swap(undo, self.app.amqp, "send_task_message", telling)
        else:
            self.app.amqp.send_task_message = telling
