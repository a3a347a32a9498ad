"""All faults that a handle can play."""

from __future__ import annotations

from pytest_celery_guard.faults.deliveries import DeliversAgain
from pytest_celery_guard.faults.lost_workers import LosesWorkers


class PlaysFaults(LosesWorkers, DeliversAgain):
    """What a handle has to play faults."""
