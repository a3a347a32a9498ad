"""The schedule of an app on the virtual clock: what becomes due, and what is sent."""

from __future__ import annotations

import asyncio
import importlib.util
import time
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from unittest.mock import ANY
from zoneinfo import ZoneInfo

import celery
import pytest
from celery.beat import BeatLazyFunc, ScheduleEntry
from celery.schedules import BaseSchedule, crontab, schedule, solar

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import (
    CeleryGuardWarning,
    GuardError,
    StillBusyError,
    WrongOptionError,
)

time_machine = pytest.importorskip("time_machine")

IS_LATE = celery.VERSION < (5, 5)
"""Celery 5.3 and 5.4 are an hour late on the day on which the clocks go forward."""

NOON = datetime(2026, 3, 27, 12, tzinfo=timezone.utc)
"""A Friday; in Berlin the clocks go forward on the Sunday."""

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def noon() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as now:
        yield now


@pytest.fixture
def report(app: Any) -> Any:
    @app.task(name="report")
    def report(kind: str = "daily", pages: int = 1) -> str:
        return kind

    return report


@pytest.fixture
def nightly(app: Any, report: Any) -> Any:
    """An app with one entry, at three o'clock."""
    app.conf.beat_schedule = {
        "nightly": {"task": "report", "schedule": crontab(hour="3", minute="0")}
    }
    return app


def hours(due: list[Any]) -> list[str]:
    return [f"{each.at:%d %H:%M}" for each in due]


def test_a_crontab_fires_at_its_moment(noon: Any, nightly: Any, report: Any) -> None:
    with CeleryGuard(nightly) as guard:
        assert guard.advance(hours=14, minutes=59, beat=True) == 0
        assert guard.sent == []
        ran = guard.advance(minutes=1, beat=True)
        assert (ran, ran.succeeded) == (1, 1)
        assert guard.sent == [report.s()]
        assert guard.advance(hours=23, beat=True) == 0
        assert guard.advance(days=3, beat=True) == 3
        assert guard.now == NOON + timedelta(days=4, hours=14)


def test_without_beat_nothing_fires(noon: Any, nightly: Any) -> None:
    with CeleryGuard(nightly) as guard:
        assert guard.advance(days=2) == 0
        assert guard.sent == []


def test_what_beat_has_missed_it_sends_once(noon: Any, nightly: Any) -> None:
    with CeleryGuard(nightly) as guard:
        assert hours(guard.due(days=1)) == ["28 03:00"]
        guard.advance(days=2)
        assert guard.advance(seconds=0, beat=True) == 1
        assert hours(guard.due(days=1)) == ["30 03:00"]


def test_due_looks_ahead_and_changes_nothing(noon: Any, nightly: Any, report: Any) -> None:
    with CeleryGuard(nightly) as guard:
        for _ in range(2):
            assert hours(guard.due(days=2)) == ["28 03:00", "29 03:00"]
        assert guard.due(hours=15) == [report]
        assert guard.due(hours=14, minutes=59) == []
        assert guard.due(timedelta(days=1)) == guard.due(hours=24)
        assert guard.sent == []
        assert guard.now == NOON
        assert guard.advance(days=2, beat=True) == 2


@pytest.mark.parametrize("every", [90, 90.0, timedelta(seconds=90), schedule(90)])
def test_an_interval_begins_with_the_first_look(
    noon: Any, app: Any, report: Any, every: Any
) -> None:
    app.conf.beat_schedule = {"often": {"task": "report", "schedule": every}}
    with CeleryGuard(app) as guard:
        assert guard.advance(seconds=89, beat=True) == 0
        assert guard.advance(seconds=1, beat=True) == 1
        assert guard.advance(minutes=3, beat=True) == 2
        assert [f"{each.at:%M:%S}" for each in guard.due(minutes=5)] == [
            "06:00",
            "07:30",
            "09:00",
        ]


@pytest.mark.parametrize("late", [0.0, 4e-7, 6e-7, 1.4e-6, 1e-4])
@pytest.mark.parametrize("every", [600.0, 0.1, 0.3, timedelta(seconds=7.7)])
def test_the_last_one_is_due_at_the_very_end(
    noon: Any, app: Any, report: Any, every: Any, late: float
) -> None:
    app.conf.beat_schedule = {"often": {"task": "report", "schedule": every}}
    seconds = every.total_seconds() if isinstance(every, timedelta) else every
    began = NOON + timedelta(microseconds=333_333)
    noon.move_to(began.timestamp())
    with CeleryGuard(app) as guard:
        assert guard.due(seconds=seconds / 2) == []  # beat has begun
        noon.shift(late)
        due = guard.due(seconds=144 * seconds)
        assert [each.at for each in due] == [
            began + number * timedelta(seconds=seconds) for number in range(1, 145)
        ]


@pytest.mark.parametrize(
    ("began", "asked"),
    [
        (1790394898.0098584, 1790394898.0099736),
        (1790987049.717928, 1790987049.7180846),
        (1790104274.9980147, 1790104274.9980226),
    ],
)
def test_moments_between_two_microseconds_lose_no_entry(
    monkeypatch: pytest.MonkeyPatch, app: Any, report: Any, began: float, asked: float
) -> None:
    app.conf.beat_schedule = {"often": {"task": "report", "schedule": 600.0}}
    with CeleryGuard(app) as guard:
        monkeypatch.setattr(time, "time", lambda: began)
        guard.due(seconds=1)  # beat has begun
        monkeypatch.setattr(time, "time", lambda: asked)
        assert len(guard.due(days=1)) == 144


@pytest.mark.parametrize("every", [60.0, 0.1, 0.7])
def test_whoever_advances_so_far_has_the_last_one_too(
    noon: Any, app: Any, report: Any, every: float
) -> None:
    app.conf.beat_schedule = {"often": {"task": "report", "schedule": every}}
    noon.move_to(NOON.timestamp() + 0.123_456_4)
    with CeleryGuard(app) as guard:
        for _ in range(3):
            assert guard.advance(seconds=30 * every, beat=True) == 30


def test_entries_are_sent_in_order_with_what_runs_between(
    noon: Any, app: Any, add: Any, report: Any
) -> None:
    app.conf.beat_schedule = {
        "early": {"task": "report", "schedule": crontab(hour="13", minute="0")},
        "adds": {"task": "add", "schedule": crontab(minute="30"), "args": (1,)},
        "late": {
            "task": "report",
            "schedule": crontab(hour="14", minute="0"),
            "args": ("b",),
        },
    }
    with CeleryGuard(app) as guard:
        later = add.apply_async((7, 7), countdown=45 * 60)
        guard.advance(hours=2, beat=True)
        assert guard.sent[1:] == [add.s(1), report.s(), add.s(1), report.s("b")]
        ended = [each for each in guard._world.log if each.state == "SUCCESS"]
        order = [each.task_id for each in ended if each.source == "worker"]
        assert order.index(later.id) == 1  # after the one of 12:30
        assert [each.at for each in guard.history(guard.sent[2].id)][
            -1
        ] == NOON + timedelta(hours=1)


def test_options_arguments_and_lazy_values_reach_the_task(
    noon: Any, app: Any, report: Any
) -> None:
    values = iter(("monthly", "weekly"))
    app.conf.beat_schedule = {
        "lazy": {
            "task": "report",
            "schedule": 60,
            "args": (BeatLazyFunc(lambda: next(values)),),
            "kwargs": {"pages": 3},
            "options": {"queue": "slow", "expires": 30, "priority": 3},
        }
    }
    with CeleryGuard(app) as guard:
        (due,) = guard.due(seconds=60)
        assert due == report.s(ANY, pages=3).set(queue="slow", expires=30)
        assert due != report.s(ANY, pages=4)
        assert due != report.s(ANY).set(queue="fast")
        assert guard.advance(seconds=60, beat=True) == 1
        assert guard.sent == [report.s("monthly", pages=3).set(queue="slow", priority=3)]
        if celery.VERSION >= (5, 7):
            assert guard.sent[0].headers["celery_beat_task"] is True


def test_what_is_due_compares(noon: Any, nightly: Any, report: Any, add: Any) -> None:
    with CeleryGuard(nightly) as guard:
        (due,) = guard.due(days=1)
    for same in (report, "report", "nightly", report.s(), ANY):
        assert due == same
    for other in (add, "weekly", report.s("weekly"), add.s(1), None, 3):
        assert due != other
    assert (due.entry, due.task, due.args, due.kwargs) == ("nightly", "report", (), {})
    assert repr(due) == "report() at 2026-03-28 03:00:00+00:00"
    assert [due] == [report.s()]


def test_what_is_due_shows_no_secret(noon: Any, nightly: Any) -> None:
    entry = nightly.conf.beat_schedule["nightly"]
    entry["kwargs"] = {"kind": "daily", "token": "s3cr3t"}
    with CeleryGuard(nightly, contract="off") as guard:
        (due,) = guard.due(days=1)
        assert "daily" in repr(due)
        assert "s3cr3t" not in repr(due)


def test_the_hours_are_those_of_the_app_s_time_zone(noon: Any, nightly: Any) -> None:
    nightly.conf.timezone = "Europe/Berlin"
    with CeleryGuard(nightly) as guard:
        due = guard.due(days=4)
        sunday = "29 04:00" if IS_LATE else "29 03:00"
        assert hours(due) == ["28 03:00", sunday, "30 03:00", "31 03:00"]
        assert [each.at.utcoffset() for each in due][:2] == [
            timedelta(hours=1),
            timedelta(hours=2),  # three o'clock on that Sunday is an hour earlier
        ]
        guard.advance(days=4, beat=True)
        runs = [guard.history(each.id)[-1].at for each in guard.sent]
        sunday = "29 02" if IS_LATE else "29 01"
        assert [f"{each:%d %H}" for each in runs] == ["28 02", sunday, "30 01", "31 01"]


def test_an_hour_that_there_is_not_and_one_that_comes_twice(app: Any, report: Any) -> None:
    """As Celery itself does it: not skipped in spring, once in autumn."""
    app.conf.timezone = "Europe/Berlin"
    app.conf.beat_schedule = {
        "half": {"task": "report", "schedule": crontab(hour="2", minute="30")}
    }
    with time_machine.travel(datetime(2026, 3, 28, 12, tzinfo=BERLIN), tick=False):
        with CeleryGuard(app) as guard:
            assert len(guard.due(days=2)) == 2
            assert guard.advance(days=2, beat=True) == 2
    with time_machine.travel(datetime(2026, 10, 24, 12, tzinfo=BERLIN), tick=False):
        with CeleryGuard(app) as guard:
            assert hours(guard.due(days=2)) == ["25 02:30", "26 02:30"]
            assert guard.advance(days=2, beat=True) == 2


@pytest.mark.skipif(importlib.util.find_spec("ephem") is None, reason="ephem isn't there")
def test_the_sun_rises_once_a_day(noon: Any, app: Any, report: Any) -> None:
    app.conf.beat_schedule = {
        "dawn": {"task": "report", "schedule": solar("sunrise", 52.5, 13.4)}
    }
    with CeleryGuard(app) as guard:
        due = guard.due(days=3)
        assert [f"{each.at:%d %H}" for each in due] == ["28 04", "29 04", "30 04"]
        assert guard.advance(days=3, beat=True) == 3


class EveryOther(BaseSchedule):
    """A schedule of the user's: due at even minutes, and it says nothing of the next time."""

    def is_due(self, last_run_at: datetime) -> tuple[bool, Any]:
        now = self.now()
        is_due = now.minute % 2 == 0 and now - last_run_at > timedelta(minutes=1)
        return is_due, 20


def test_a_schedule_of_ones_own(noon: Any, app: Any, report: Any) -> None:
    app.conf.beat_schedule = {"own": {"task": "report", "schedule": EveryOther(app=app)}}
    with CeleryGuard(app) as guard:
        assert [f"{each.at:%M:%S}" for each in guard.due(minutes=5)] == ["02:00", "04:00"]
        assert guard.advance(minutes=5, beat=True) == 2


def test_periodic_tasks_are_entries_too(noon: Any, app: Any, report: Any) -> None:
    app.add_periodic_task(60, report.s("often"), name="every minute")
    with CeleryGuard(app) as guard:
        assert guard.due(seconds=60) == ["every minute"]
        assert guard.due(seconds=60) == [report.s("often")]


def test_the_schedule_may_change(noon: Any, nightly: Any, report: Any, add: Any) -> None:
    with CeleryGuard(nightly) as guard:
        assert guard.due(days=1) == ["nightly"]
        guard.advance(hours=1)
        often = {"often": {"task": "report", "schedule": 600}}
        with guard.conf(beat_schedule=often):
            assert guard.due(minutes=25) == ["often", "often"]
        assert guard.due(days=1) == ["nightly"]


def test_the_app_s_own_schedules_are_left_alone(noon: Any, app: Any, report: Any) -> None:
    three = crontab(hour="3", minute="0")
    entry = {"task": "report", "schedule": three}
    app.conf.beat_schedule = {"nightly": entry}
    with CeleryGuard(app) as guard:
        guard.advance(days=1, beat=True)
    assert three.nowfun is None
    assert app.conf.beat_schedule == {"nightly": entry}


def test_each_test_begins_anew(noon: Any, app: Any, report: Any) -> None:
    app.conf.beat_schedule = {"often": {"task": "report", "schedule": 60}}
    with CeleryGuard(app) as guard:
        guard.advance(seconds=59, beat=True)
        for _ in range(2):
            guard.begin_part()
            assert guard.advance(seconds=59, beat=True) == 0
            assert guard.advance(seconds=1, beat=True) == 1
            guard.verify()
            guard.end_part()


def test_at_once_and_in_coroutines(noon: Any, nightly: Any) -> None:
    with CeleryGuard(nightly, eager=True) as guard:
        guard.advance(days=1, beat=True)
        assert guard.states(guard.sent[0].id) == ["PENDING", "SUCCESS"]
        assert asyncio.run(guard.aadvance(days=1, beat=True)) == 0  # ran when it was sent
        assert len(guard.sent) == 2


def test_a_task_that_is_gone_is_an_error(nightly: Any) -> None:
    nightly.conf.beat_schedule["nightly"]["task"] = "reports"
    with pytest.raises(GuardError) as refused:
        with CeleryGuard(nightly) as guard:
            guard.due(days=1)
    assert str(refused.value).splitlines()[0] == (
        "CEL608 reports: the app 'shop' has no task"
        " reports, so a worker discards the message. Did you mean report?"
        " Sent by the entry 'nightly' of the schedule."
    )


def test_arguments_that_do_not_fit_are_an_error(nightly: Any) -> None:
    nightly.conf.beat_schedule["nightly"]["args"] = ("daily", 1, 2)
    with pytest.raises(GuardError) as refused:
        with CeleryGuard(nightly) as guard:
            assert guard.advance(days=2, beat=True) == 0
    found = [line for line in str(refused.value).splitlines() if "CEL601" in line]
    assert found[0].startswith("CEL601 report: the arguments don't fit:")
    assert len(found) == 2  # and the advice how to allow it
    assert "beat: " not in str(refused.value)


def test_wrong_entries_can_be_allowed_or_warned_of(nightly: Any) -> None:
    nightly.conf.beat_schedule["nightly"]["task"] = "billing.invoice"
    with CeleryGuard(nightly, external=["billing.*"]) as guard:
        assert guard.due(days=1) == ["billing.invoice"]
        assert guard.advance(days=1, beat=True) == 0
    with CeleryGuard(nightly, allow=["CEL608"]) as guard:
        guard.due(days=1)
    with CeleryGuard(nightly, contract="off") as guard:
        guard.due(days=1)
    with pytest.warns(
        CeleryGuardWarning, match="CEL608 invoice: .* by the entry 'nightly'"
    ):
        with CeleryGuard(nightly, contract="warn") as guard:
            guard.due(days=1)
    with pytest.raises(GuardError, match=r"write external=\['billing.invoice'\]"):
        with CeleryGuard(nightly) as guard:
            guard.due(days=1)


def test_what_beat_can_not_send_is_told(noon: Any, nightly: Any) -> None:
    nightly.conf.beat_schedule["nightly"]["args"] = ({1, 2}.__iter__(),)
    with pytest.raises(GuardError, match="beat: Couldn't apply scheduled task nightly"):
        with CeleryGuard(nightly) as guard:
            guard.advance(days=1, beat=True)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            {"task": "report", "schedul": 3},
            "it has the unknown key 'schedul'. Did you mean 'schedule'",
        ),
        (
            {"task": "report", "schedule": "daily"},
            "its schedule is 'daily', but it must be a number of seconds, a timedelta, a",
        ),
        (
            {"task": "report", "schedule": 3, "args": 7},
            "its args is 7, but it must be a list",
        ),
        (
            {"task": "report", "schedule": 3, "kwargs": [7]},
            "its kwargs is .*must be a dict",
        ),
        (
            {"task": "report", "schedule": 3, "options": 7},
            "its options is 7, but it must be",
        ),
        ({"task": 7, "schedule": 3}, "its task is 7, but it must be the name of a task"),
        (["report", 3], "it is .*, but it must be a dict"),
        ({"task": "report"}, "it has no schedule"),
        ({"schedule": 3}, "it has no task"),
    ],
)
def test_an_entry_that_beat_can_not_read(
    app: Any, report: Any, entry: Any, said: str
) -> None:
    app.conf.beat_schedule = {"broken": entry}
    with CeleryGuard(app) as guard:
        with pytest.raises(GuardError, match=f"can't read the entry 'broken' of .*{said}"):
            guard.due(days=1)


@pytest.mark.parametrize("every", [0, -5, 0.0, timedelta(), schedule(timedelta(0))])
def test_a_schedule_without_a_pause(app: Any, report: Any, every: Any) -> None:
    app.conf.beat_schedule = {"always": {"task": "report", "schedule": every}}
    with CeleryGuard(app) as guard:
        with pytest.raises(GuardError, match=r"entry 'always' .* again without a pause"):
            guard.due(days=1)


def test_a_task_in_place_of_its_name(app: Any, report: Any) -> None:
    app.conf.beat_schedule = {"broken": {"task": report, "schedule": 3}}
    with CeleryGuard(app) as guard:
        with pytest.raises(GuardError, match=r"the name of a task\. Did you mean 'report'"):
            guard.due(days=1)


def test_a_schedule_that_is_a_list(app: Any) -> None:
    app.conf.beat_schedule = [("report", 3)]
    with CeleryGuard(app) as guard:
        with pytest.raises(
            GuardError, match=r"beat_schedule is .*must be a dict of entries"
        ):
            guard.advance(days=1, beat=True)


def test_an_entry_may_be_one_of_celery_s(noon: Any, app: Any, report: Any) -> None:
    entry = ScheduleEntry("own", "report", schedule=schedule(60, app=app), app=app)
    app.conf.beat_schedule = {"own": entry}
    with CeleryGuard(app) as guard:
        assert guard.due(seconds=60) == ["own"]


def test_no_schedule_is_an_error(guard: CeleryGuard, add: Any) -> None:
    assert guard.due(days=1) == []
    with pytest.raises(WrongOptionError, match="the app 'shop' has no beat_schedule"):
        guard.advance(days=1, beat=True)


def test_no_time_is_an_error(guard: CeleryGuard) -> None:
    with pytest.raises(TypeError, match=r"due\(\) needs a time, such as due\(minutes=1\)"):
        guard.due()
    with pytest.raises(TypeError, match=r"advance\(\) needs a time"):
        guard.advance()
    with pytest.raises(ValueError, match="time goes forward only"):
        guard.due(days=-1)


@pytest.mark.parametrize(
    ("part", "hint"),
    [
        ("day", "Did you mean days?"),
        ("minute", "Did you mean minutes?"),
        ("x", "It has weeks, "),
    ],
)
def test_a_wrong_part_of_a_time(guard: CeleryGuard, part: str, hint: str) -> None:
    methods: tuple[Any, ...] = (guard.advance, guard.due)
    for method in methods:
        with pytest.raises(TypeError) as refused:
            method(**{part: 1})
        assert hint in str(refused.value)


def test_too_many_sends_are_told(noon: Any, app: Any, report: Any) -> None:
    app.conf.beat_schedule = {"often": {"task": "report", "schedule": 1}}
    with CeleryGuard(app, limit=50, allow_leftover=True) as guard:
        assert len(guard.due(seconds=50)) == 50
        with pytest.raises(StillBusyError, match=r"due\(\) would send 50 tasks or more"):
            guard.due(hours=1)
        with pytest.raises(
            StillBusyError, match=r"beat=True\) would send 50 .*limit=500\)"
        ):
            guard.advance(hours=1, beat=True)


def test_no_warning_of_celery_s_is_left(noon: Any, nightly: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Celery 5.3 itself calls what Python 3.12 warns of.
        warnings.filterwarnings("ignore", r"datetime\.datetime\.utcnow", DeprecationWarning)
        with CeleryGuard(nightly) as guard:
            guard.advance(days=1, beat=True)
