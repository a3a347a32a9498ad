from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import redis
from celery import Celery

from fidelity.waiting import Waiting
from pytest_celery_guard import CeleryGuard

LISTS: defaultdict[str, list[bytes]] = defaultdict(list)
NO_SERVER = redis.Redis(host="192.0.2.1", socket_connect_timeout=0.01)


APP = Celery(
    "shop", broker="redis://nowhere", backend="redis://nowhere", set_as_current=False
)


def _pay() -> str:
    return "paid"


def _push(key: str) -> None:
    LISTS[key].append(b"hello")


pay, push = APP.task(_pay), APP.task(_push)


@pytest.fixture
def suite(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A module of Celery's tests, which has taken names out of ``time``."""
    module: Any = ModuleType("t.integration.test_sample")
    module.time, module.sleep, module.monotonic = time, time.sleep, time.monotonic
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with CeleryGuard(APP, allow_leftover=True) as guard:
        module.guard = guard
        Waiting(guard).stand_in(monkeypatch)
        yield module


def test_a_test_that_sleeps_lets_the_worker_run_and_loses_no_time(suite: Any) -> None:
    paid = pay.apply_async(countdown=3600)
    began, really_began = suite.monotonic(), time.monotonic()
    suite.sleep(3500)
    assert paid.state == "PENDING"
    suite.time.sleep(200)
    assert paid.state == "SUCCESS"
    assert suite.monotonic() - began >= 3700
    assert suite.time.time() - time.time() == pytest.approx(3700, abs=1)
    assert time.monotonic() - really_began < 60


def test_a_test_that_asks_in_a_loop_gets_an_answer(suite: Any) -> None:
    assert pay.delay().ready()
    assert not pay.apply_async(countdown=60).ready()


def test_a_test_that_waits_for_a_list_runs_the_worker_first(
    suite: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    LISTS.clear()
    monkeypatch.setattr(
        redis.Redis, "lpop", lambda _, key: LISTS[key].pop() if LISTS[key] else None
    )
    push.delay("echo")
    assert NO_SERVER.blpop("echo", 5) == (b"echo", b"hello")
    push.apply_async(("echo",), countdown=3)
    assert NO_SERVER.blpop("echo", 5) == (b"echo", b"hello")
    assert NO_SERVER.blpop("echo", 1) is None


def test_outside_of_the_suite_time_is_real(suite: Any) -> None:
    assert time.sleep is suite.time.__getattr__("sleep")
    assert suite.time.strftime is time.strftime
