"""The guards that are on in the second run of a test, one for each app that was in eager mode."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pytest_celery_guard.active import ACTIVE
from pytest_celery_guard.parity.causes import Evidence

if TYPE_CHECKING:
    import pytest

    from pytest_celery_guard.handle.guard import CeleryGuard

TurnOn = Callable[["pytest.Item", Any], "CeleryGuard"]


class SecondRun:
    """Turns guards on and off again: for the apps that were in eager mode in the first run.

    ``problem`` is why the test can't be compared.
    """

    def __init__(self, item: pytest.Item, apps: Iterable[Any], turn_on: TurnOn) -> None:
        from pytest_celery_guard.private import celery as private

        self._item = item
        self._turn_on = turn_on
        self._known = private.live_apps()
        self._apps = [app for app in apps if app in self._known]
        self.guards: list[CeleryGuard] = []
        self.problem = ""

    def attach(self) -> None:
        """Have guards on before the test's fixtures do anything."""
        self._attach(self._apps)

    def attach_new(self) -> None:
        """The same for apps in eager mode that the test's fixtures have made meanwhile."""
        from pytest_celery_guard.private import celery as private

        made = (app for app in private.live_apps() if app not in self._known)
        self._attach(app for app in made if app.conf.task_always_eager)

    def _attach(self, apps: Iterable[Any]) -> None:
        from pytest_celery_guard.private import celery as private

        current, default = private.current_apps()
        stays = current or default
        for app in sorted(apps, key=lambda app: app is stays):
            self.guards.append(self._turn_on(self._item, app))

    def leave(self) -> None:
        """Turn the guards off, the latest one first."""
        if ACTIVE in self._item.stash:  # it has nothing to tell any more
            del self._item.stash[ACTIVE]
        while self.guards:
            self.guards.pop().leave()

    def evidence(self) -> Evidence:
        """What the test's tasks did."""
        records = [guard.record() for guard in self.guards]
        tasks = [task for record in records for task in record.tasks]
        sends = [send for guard in self.guards for send in guard.sent]
        return Evidence(
            "",
            frozenset(moment.what for record in records for moment in record.moments),
            waits=any(task.due is not None for task in tasks),
            nests=any(task.parent >= 0 for task in tasks),
            ignores=any(bool(send.headers.get("ignore_result")) for send in sends),
        )
