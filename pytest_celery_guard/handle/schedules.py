"""The schedule of an app: what becomes due, and beat that sends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pytest_celery_guard.basics.clock import seconds_of
from pytest_celery_guard.options.settings import Settings
from pytest_celery_guard.values.due import Due
from pytest_celery_guard.world.parts import Beat
from pytest_celery_guard.world.world import World


class KnowsSchedules:
    """What a handle has for ``beat_schedule``, and for rows of django-celery-beat."""

    app: Any
    settings: Settings
    _world: World

    def due(self, delta: timedelta | None = None, **parts: float) -> list[Due]:
        """What beat would send in so much virtual time, in order: ``due(days=1)``.

        Nothing is sent, and time stays. Each entry is checked: its task exists, and its arguments
        fit. Raises StillBusyError for more sends than the option ``limit``.
        """
        __tracebackhide__ = True
        return self._beat().due(seconds_of("due", delta, parts), self.settings.limit)

    def _beat(self) -> Beat:
        from pytest_celery_guard.beat import beat

        if self._world.beat is None:
            self._world.beat = beat.Beat(self._world, self.settings.contract)
        return self._world.beat
