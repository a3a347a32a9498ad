"""All faults that a handle can play."""

from __future__ import annotations

from pytest_celery_guard.faults.deliveries import DeliversAgain
from pytest_celery_guard.faults.idempotence import ChecksIdempotence
from pytest_celery_guard.faults.lost_workers import LosesWorkers
from pytest_celery_guard.faults.outages import GoesDown


class PlaysFaults(GoesDown, LosesWorkers, DeliversAgain, ChecksIdempotence):
    """What a handle has to play faults."""
