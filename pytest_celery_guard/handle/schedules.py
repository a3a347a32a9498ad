"""The schedule of an app: what becomes due."""

from __future__ import annotations

from datetime import timedelta

from pytest_celery_guard.basics.clock import seconds_of
from pytest_celery_guard.values.due import Due
from pytest_celery_guard.world.engine import StepMode, in_step_mode


class KnowsSchedules(StepMode):
    """What a handle has for ``beat_schedule``, and for rows of django-celery-beat."""

    @in_step_mode
    def due(self, delta: timedelta | None = None, **parts: float) -> list[Due]:
        """What beat would send in so much virtual time, in order: ``due(days=1)``.

        Nothing is sent, and time stays. Each entry is checked: its task exists, and its arguments
        fit. Raises StillBusyError for more sends than the option ``limit``.
        """
        __tracebackhide__ = True
        from pytest_celery_guard.beat.beat import beat_of

        beat = beat_of(self._world, self.settings.contract)
        return beat.due(seconds_of("due", delta, parts), self.settings.limit)
