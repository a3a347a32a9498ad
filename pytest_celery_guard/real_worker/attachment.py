"""Points the user's app, in the test's process, at the run's address, and puts all back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pytest_celery_guard.app import overrides
from pytest_celery_guard.app.complete import complete
from pytest_celery_guard.app.current import make_current
from pytest_celery_guard.app.local_tasks import LocalTasks
from pytest_celery_guard.app.pooled import Pools
from pytest_celery_guard.basics.restoring import (
    forget_cached,
    put_back,
    swap,
    swap_all,
)
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.contract import around_sends
from pytest_celery_guard.contract.sends import Contract
from pytest_celery_guard.private import celery as private
from pytest_celery_guard.real_worker.observed import Observed
from pytest_celery_guard.real_worker.processes import sends
from pytest_celery_guard.real_worker.processes.address import Address
from pytest_celery_guard.real_worker.processes.journal import Journal
from pytest_celery_guard.real_worker.processes.results import Asking, backend_of
from pytest_celery_guard.refusals.guarded import Guarded
from pytest_celery_guard.refusals.rest import refuse_the_rest
from pytest_celery_guard.refusals.sends import broker_of
from pytest_celery_guard.watching.reads import watch_reads


class RealAttachment:
    """One app at one address; ``backend`` is where the test reads results."""

    def __init__(self, app: Any, address: Address, journal: Journal) -> None:
        complete(app)
        self.app = app
        self._broker = broker_of(app)
        self._journal = journal
        self._settings = overrides.as_keys(app.conf, address.settings(app.conf))
        self._undo = Undo()
        self._pools = Pools(app)
        with Undo() as undo:
            overrides.override(undo, app.conf, self._settings)
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
        with Undo() as undo:
            app = self.app
            undo.callback(self._pools.drop_closed)
            undo.callback(put_back, vars(app.amqp), dict(vars(app.amqp)))
            undo.callback(forget_cached, app, set(vars(app)))
            overrides.hide_environment(undo)
            overrides.override(undo, app.conf, self._settings)
            self._pools.enter(undo)
            places = private.backend_places(app)
            swap_all(undo, [(*place, self.backend) for place in places])
            self.backend.world = self._observed = observed
            self._check = check
            self._tell_sends(undo)
            make_current(undo, app, beside_others=allow_broker)
            undo.callback(private.registered_as_now(app))
            undo.callback(LocalTasks(app).put_back)
            watch_reads(undo, observed)
            note = observed.breaches.append
            refuse_the_rest(undo, Guarded(app, self._broker, note, allow_broker))
            self._undo = undo.pop_all()

    def leave(self) -> None:
        """Put everything back."""
        self._undo.close()

    def change_settings(self, settings: Mapping[str, Any]) -> Callable[[], None]:
        """Override settings in this process; return the way back."""
        with Undo() as undo:
            undo.callback(self._settle)
            overrides.change(undo, self.app, settings)
            self._settle()
            return undo.pop_all().close

    def check_each_send(self, undo: Undo, level: str) -> None:
        """Hold what this process sends against the contract."""
        around_sends.check_each(undo, self.app, Contract(self._observed, level))

    def drain_each_send(self, undo: Undo, drain: Callable[[], object]) -> None:
        """Run a task before the call that sends it returns."""
        around_sends.drain_after_each(undo, self.app, drain)

    def dispose(self) -> None:
        """Close the connections of this process."""
        self._pools.dispose()
        if isinstance(self.backend, Asking):
            self.backend.client.close()

    def _settle(self) -> None:
        self.app.amqp.flush_routes()
        self.app.amqp.router = self.app.amqp.Router()
        self._tell_sends(None)

    def _tell_sends(self, undo: Undo | None) -> None:
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
