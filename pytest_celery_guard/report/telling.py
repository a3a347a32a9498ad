"""What a test's own process tells of its tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_celery_guard.account.record import Record, Recorded
from pytest_celery_guard.report.registered import own_tasks
from pytest_celery_guard.report.shortening import shortened
from pytest_celery_guard.report.tally import Tallies, Told, encoded, tallies_of, total

if TYPE_CHECKING:
    import pytest

    from pytest_celery_guard.report.asked import Asked

PROPERTIES = ("sent", "ran", "retried", "failed", "revoked")


class Telling:
    """Names each task of an app once: the first test that uses it tells of all of them."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._named: set[str] = set()

    def told(self, guard: Recorded, item: pytest.Item) -> str:
        """What the tasks of a test did, as text for the process that reports."""
        has_report = bool(self._asked.paths)
        record = guard.record(brief=not has_report)
        tallies = tallies_of(record)
        if self._asked.properties:
            add_properties(item, tallies)
        new = own_tasks(guard.app) - self._named
        self._named |= new
        story = shortened(record) if has_report else Record()
        return encoded(Told(tallies, tuple(sorted(new)), story))


def add_properties(item: pytest.Item, tallies: Tallies) -> None:
    """Count the tasks where JUnit's XML, and other reports, look for it."""
    counts = total(tallies)
    item.user_properties += [
        (f"celery_{name}", getattr(counts, name)) for name in PROPERTIES
    ]
