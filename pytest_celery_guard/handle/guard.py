"""The handle a test holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from pytest_celery_guard.basics.clock import seconds_of
from pytest_celery_guard.basics.misspelled import CorrectsNames
from pytest_celery_guard.faults.playing import PlaysFaults
from pytest_celery_guard.handle.async_driving import DrivesFromCoroutines
from pytest_celery_guard.handle.attempts import send_for_run
from pytest_celery_guard.handle.lifetime import Lifetime
from pytest_celery_guard.handle.schedules import KnowsSchedules
from pytest_celery_guard.handle.stubs import StubsTasks
from pytest_celery_guard.options.settings import set_in_vain
from pytest_celery_guard.turns.choosing import ids_of
from pytest_celery_guard.turns.known_names import check_drain
from pytest_celery_guard.values.ran import Ran
from pytest_celery_guard.world import story
from pytest_celery_guard.world.engine import Drain


class CeleryGuard(
    Lifetime,
    DrivesFromCoroutines,
    PlaysFaults,
    StubsTasks,
    KnowsSchedules,
    CorrectsNames,
):
    """A Celery worker in this thread, for the length of a ``with`` block.

    ``app`` is the user's own Celery app. ``eager`` runs each task before the call that sends
    it returns. ``engine`` is the worker, if it is another one: in worker mode it runs in a
    process of its own. The other options are those of
    ``pytest_celery_guard.options.settings.Settings``. Raises WrongOptionError for an unknown
    one.
    """

    def __enter__(self) -> CeleryGuard:
        self.enter()
        return self

    # A type checker would take every name for one that can be set.
    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            __tracebackhide__ = True
            is_own = name[0] == "_" or name == "settings"
            if not is_own and not (name == "app" and name not in vars(self)):
                found = getattr(type(self), name, None)
                # A test may put a mock in the place of a method; a property says that it can't.
                if isinstance(found, property) or not (found and callable(value)):
                    raise AttributeError(set_in_vain(name, value, dir(self)))
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<CeleryGuard of {self.app.main}{self._own_engine}>"

    # Run

    def step(self) -> bool:
        """Run one task; False when none is due."""
        __tracebackhide__ = True
        return self._engine.step()

    def drain(
        self,
        *,
        limit: int | None = None,
        queue: str | None = None,
        only: object = None,
        until: object = None,
        commit: bool = False,
    ) -> Ran:
        """Run what is due, and what that sends; return how many tasks ran.

        The number also knows how many of them ``succeeded``, ``failed``, ``retried`` or were
        ``revoked``.

        ``queue`` and ``only`` (a task, a name, a result, or a list of them) leave the rest
        waiting. ``until`` (a result, an id or a function) stops early. ``commit`` runs Django's
        on_commit hooks too, as they come. Raises StillBusyError after ``limit`` tasks,
        GuardError if ``until`` never comes true, and WrongOptionError for a queue or a task that
        there is none of.
        """
        __tracebackhide__ = True
        ledger = self._ledger
        ledger.refresh()
        asked = Drain(limit, queue, only, until, commit)
        check_drain(ledger, asked)
        before = len(ledger.log)
        ran = self._engine.drain(asked)
        ledger.catch_up()
        return Ran(ran, ledger.log.since(before), ledger.seen)

    def advance(
        self, delta: timedelta | None = None, *, beat: bool = False, **parts: float
    ) -> Ran:
        """Skip virtual time, running each task at its moment; return how many ran.

        Takes a timedelta, or its arguments: ``advance(hours=1)``. The number is that of drain().
        ``beat`` sends what the app's schedule has, each entry at its moments. Raises
        WrongOptionError where there is no schedule.
        """
        __tracebackhide__ = True
        ledger, seconds = self._ledger, seconds_of("advance", delta, parts)
        before = len(ledger.log)
        ran = self._engine.advance(seconds, beat=beat)
        ledger.catch_up()
        return Ran(ran, ledger.log.since(before), ledger.seen)

    def run(
        self,
        signature: Any,
        *,
        retries: int = 0,
        eta: datetime | None = None,
        headers: Mapping[str, Any] | None = None,
        stamps: Mapping[str, Any] | None = None,
        root_id: str | None = None,
        parent_id: str | None = None,
    ) -> Any:
        """Send a signature, run that task and its retries, and return what it returns.

        Raises what the task raises. Other messages stay where they are. ``retries`` is how often
        the task was retried before; it finds this and the rest in ``self.request``. Raises
        WrongOptionError for what is no single task.
        """
        __tracebackhide__ = True
        send = partial(
            send_for_run,
            signature,
            stamps,
            retries=retries,
            eta=eta,
            headers=headers,
            root_id=root_id,
            parent_id=parent_id,
        )
        return self._engine.run(send)

    # Change it

    def revoke(self, result: Any, *, terminate: bool = False) -> None:
        """Revoke a task, or all of a group, as ``app.control.revoke`` does."""
        self._engine.revoke(ids_of(result), terminate=terminate)

    def expire(self, result: Any) -> None:
        """Drop a stored result, or all of a group, as if ``result_expires`` had passed."""
        self._ledger.refresh()
        for task_id in ids_of(result):
            story.expire(self._ledger, task_id)

    def forget(self, result: Any) -> None:
        """Forget a result, as ``AsyncResult.forget`` does."""
        for task_id in ids_of(result):
            self.app.AsyncResult(task_id).forget()
