"""The rows of django-celery-beat on the virtual clock."""

from __future__ import annotations

import pytest

from tests.guard.django.conftest import Run

pytest.importorskip("django_celery_beat")

SETTINGS = """
INSTALLED_APPS = ["django.contrib.contenttypes", "django_celery_beat", "shop"]
DJANGO_CELERY_BEAT_TZ_AWARE = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CELERY_BEAT_SCHEDULE = {"configured": {"task": "shop.tasks.tick", "schedule": 3600}}
"""

TASKS = """
from celery import shared_task

@shared_task
def tick(name="tick", **options):
    return name
"""

HEAD = """
import json
from datetime import datetime, timedelta, timezone
import celery
import pytest
import time_machine
from django_celery_beat.models import (
    ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask
)
from shop.tasks import tick

NOON = datetime(2026, 3, 27, 12, tzinfo=timezone.utc)

@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield

def minutes(count):
    return IntervalSchedule.objects.create(every=count, period="minutes")

def row(name, **fields):
    return PeriodicTask.objects.create(name=name, task="shop.tasks.tick", **fields)
"""


ROWS = """
pytestmark = pytest.mark.django_db

def test_an_interval(celery_guard):
    row("often", interval=minutes(20), args=json.dumps(["now"]), queue="slow")
    assert celery_guard.due(minutes=45) == ["often", "often"]
    assert celery_guard.due(minutes=20) == [tick.s("now").set(queue="slow")]
    assert celery_guard.advance(minutes=45, beat=True) == 2
    assert celery_guard.sent == [tick.s("now").set(queue="slow")] * 2
    often = PeriodicTask.objects.get(name="often")
    assert often.total_run_count == 2
    assert often.last_run_at == NOON + timedelta(minutes=40)

def test_looking_ahead_writes_nothing(celery_guard):
    row("often", interval=minutes(20), one_off=True)
    assert celery_guard.due(hours=2) == ["often", "configured", "configured"]
    often = PeriodicTask.objects.get(name="often")
    assert (often.enabled, often.total_run_count, often.last_run_at) == (True, 0, None)

def test_a_crontab_in_its_own_time_zone(celery_guard):
    three = CrontabSchedule.objects.create(hour=3, minute=0, timezone="Europe/Berlin")
    row("nightly", crontab=three)
    due = [each for each in celery_guard.due(days=3) if each.entry == "nightly"]
    sunday = "04:00" if celery.VERSION < (5, 5) else "03:00"  # Celery's own mistake
    assert [f"{each.at:%d %H:%M %z}" for each in due] == [
        "28 03:00 +0100", f"29 {sunday} +0200", "30 03:00 +0200"
    ]

def test_once_at_a_moment(celery_guard):
    at = ClockedSchedule.objects.create(clocked_time=NOON + timedelta(minutes=30))
    row("once", clocked=at, one_off=True)
    assert celery_guard.advance(minutes=29, beat=True) == 0
    assert celery_guard.advance(minutes=30, beat=True) == 1
    celery_guard.advance(days=1, beat=True)
    assert PeriodicTask.objects.get(name="once").enabled is False
    assert [each.headers["periodic_task_name"] for each in celery_guard.sent
            if "periodic_task_name" in each.headers] == ["once"]

def test_a_start_and_an_end(celery_guard):
    every = minutes(10)
    row("later", interval=every, start_time=NOON + timedelta(minutes=25))
    row("until", interval=every, expires=NOON + timedelta(minutes=25))
    due = [(each.entry, f"{each.at:%M}") for each in celery_guard.due(minutes=40)]
    assert [at for name, at in due if name == "until"] == ["10", "20"]
    assert [at for name, at in due if name == "later"][0] == "25"

def test_rows_that_are_off_or_gone_or_new(celery_guard):
    row("off", interval=minutes(10), enabled=False)
    often = row("often", interval=minutes(10))
    assert celery_guard.due(minutes=10) == ["often"]
    often.delete()
    assert celery_guard.due(minutes=10) == []
    celery_guard.advance(days=1)
    row("new", interval=minutes(10))
    assert celery_guard.due(minutes=10) == ["configured", "new"]  # a day late

def test_a_row_that_is_changed(celery_guard):
    often = row("often", interval=minutes(10))
    assert celery_guard.advance(minutes=10, beat=True) == 1
    often.refresh_from_db()
    often.args = '["other"]'
    often.save()
    assert celery_guard.advance(minutes=10, beat=True) == 1
    assert celery_guard.sent == [tick.s(), tick.s("other")]

def test_a_task_that_makes_a_row(celery_guard):
    @celery_guard.app.task(name="shop.tasks.make")
    def make():
        row("made", interval=minutes(10))
    PeriodicTask.objects.create(name="maker", task="shop.tasks.make", interval=minutes(15),
                                one_off=True)
    celery_guard.advance(minutes=30, beat=True)
    assert celery_guard.sent == ["shop.tasks.make", "shop.tasks.tick"]

def test_the_settings_win_over_a_row(celery_guard):
    row("configured", interval=minutes(10))
    assert celery_guard.due(minutes=50) == []
    assert celery_guard.due(minutes=60) == ["configured"]

@pytest.mark.xfail(strict=True, reason="the task is gone")
def test_a_task_that_is_gone(celery_guard):
    PeriodicTask.objects.create(name="gone", task="shop.tasks.gone", interval=minutes(10))
    celery_guard.due(minutes=10)
"""


def test_rows_are_entries(play: Run) -> None:
    result = play(ROWS)
    result.assert_outcomes(passed=9, xfailed=1)


WITHOUT = """
def test_settings_alone(celery_guard):
    assert celery_guard.due(hours=1) == ["configured"]
"""


def test_without_a_database_the_settings_are_all(play: Run) -> None:
    play(WITHOUT).assert_outcomes(passed=1)


BEAT_READS_ROWS = """
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
"""


def set_further(pytester: pytest.Pytester, settings: str) -> None:
    with (pytester.path / "proj" / "settings.py").open("a") as file:
        file.write(settings)


def fails_with(play: Run, line: str) -> None:
    result = play(WITHOUT)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([line])


OFF = """
CELERY_BEAT_SCHEDULE |= {
    "off": {"task": "shop.tasks.tick", "schedule": 60, "enabled": False},
    "on": {"task": "shop.tasks.tick", "schedule": 2400, "enabled": True, "description": "x"},
}
"""


ON = """
@pytest.mark.django_db
def test_it(celery_guard):
    assert celery_guard.due(hours=1) == ["on", "configured"]
"""


def test_a_setting_has_fields_of_a_row_where_beat_reads_rows(
    pytester: pytest.Pytester, play: Run
) -> None:
    set_further(pytester, BEAT_READS_ROWS + OFF)
    play(ON).assert_outcomes(passed=1)


def test_where_beat_reads_none_such_a_field_is_unknown(
    pytester: pytest.Pytester, play: Run
) -> None:
    set_further(pytester, OFF)
    fails_with(play, "*'off' of beat_schedule: it has the unknown key 'enabled'*")


def test_where_beat_reads_rows_the_database_is_needed(
    pytester: pytest.Pytester, play: Run
) -> None:
    set_further(pytester, BEAT_READS_ROWS)
    fails_with(play, "*Database access not allowed*")


SWITCHED_OFF = """
CELERY_BEAT_SCHEDULE = {
    "plain": {"task": "shop.tasks.tick", "schedule": 600},
    "on": {"task": "shop.tasks.tick", "schedule": 600, "enabled": True},
    "new": {"task": "shop.tasks.tick", "schedule": 600},
}
"""

ROWS_ARE_OFF = """
@pytest.mark.django_db
def test_it(celery_guard):
    for name in ("plain", "on", "other"):
        row(name, interval=minutes(10), enabled=False)
    assert celery_guard.due(minutes=10) == ["on", "new"]
    PeriodicTask.objects.filter(name="plain").update(enabled=True)
    assert celery_guard.due(minutes=10) == ["plain", "on", "new"]
"""


def test_a_row_that_is_off_stays_so_unless_the_setting_says_otherwise(
    pytester: pytest.Pytester, play: Run
) -> None:
    set_further(pytester, BEAT_READS_ROWS + SWITCHED_OFF)
    play(ROWS_ARE_OFF).assert_outcomes(passed=1)
