"""Rate limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import kombu

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen
from tests.fidelity.stage import app, note, task, tuned

if TYPE_CHECKING:
    from celery import Task

# Before Kombu 5.7 the time that a limit was idle for counts twice, so two tasks run at once.
GIFT = int(kombu.VERSION < (5, 7))
# A busy machine lets runs come late, so two of them may be closer than the limit.
LATE = 1


@task(tuned, bind=True, rate_limit="1/s")
def once_a_second(self: Task) -> None:
    note(self, "ran")


@case(tuned)
def a_rate_limit_spreads_runs(seen: Seen) -> Steps:
    results = [once_a_second.delay() for _ in range(4)]
    yield None
    moments = sorted(seen.moments(result, "ran")[0] for result in results)
    assert moments[-1] - moments[0] >= 3 - GIFT - LATE


@task(tuned, bind=True, rate_limit="30/m")
def every_other_second(self: Task) -> None:
    note(self, "ran")


@case(tuned, differs="the guard's rate limits have no idle time" if GIFT else None)
def an_idle_rate_limit(seen: Seen) -> Steps:
    yield 2.5
    results = [every_other_second.delay() for _ in range(2)]
    yield None
    sooner, later = sorted(seen.moments(result, "ran")[0] for result in results)
    assert (later - sooner < 2 - LATE) is bool(GIFT)


@task(tuned, rate_limit="1000/s")
def often() -> None:
    return None


@case(tuned)
def a_generous_rate_limit_stops_nothing(seen: Seen) -> Steps:
    results = [often.delay() for _ in range(3)]
    yield None
    assert [seen.runs(result) for result in results] == [1, 1, 1]


# On a worker of its own: the command makes a worker forget what its other limits have let pass.
@task(bind=True)
def limit_me_later(self: Task) -> None:
    note(self, "ran")


@case()
def a_rate_limit_is_set_by_remote_control(seen: Seen) -> Steps:
    to = {"destination": [seen.worker], "reply": True, "timeout": 5}
    told = app.control.rate_limit(limit_me_later.name, "1/s", **to)
    assert told == [{seen.worker: {"ok": "new rate limit set successfully"}}]
    results = [limit_me_later.delay() for _ in range(3)]
    yield None
    moments = sorted(seen.moments(result, "ran")[0] for result in results)
    assert moments[-1] - moments[0] >= 2 - GIFT - LATE
