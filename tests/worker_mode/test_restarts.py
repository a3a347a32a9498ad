"""A worker that makes room for another one takes no message with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guard_docs.page import write
from tests.worker_mode.conftest import REDIS, Play, listens

RESTARTS = """
import os
import signal
import threading

from proj.tasks import app, price


@app.task
def process():
    return os.getppid()


def test_a_message_that_a_slow_worker_has_just_got(celery_guard):
    worker = process.delay().get()
    os.kill(worker, signal.SIGSTOP)
    price.delay("apple")
    threading.Timer(1, os.kill, (worker, signal.SIGCONT)).start()
    with celery_guard.conf(task_track_started=True):
        assert celery_guard.drain() == 1


def test_a_task_that_waits_for_its_time(celery_guard):
    price.delay("pear").get()  # the worker is there by now
    result = price.apply_async(("apple",), countdown=3)
    celery_guard.drain()
    with celery_guard.conf(task_track_started=True):
        celery_guard.advance(seconds=3)
    assert celery_guard.states(result) == ["PENDING", "STARTED", "SUCCESS"]
"""


@pytest.mark.services
def test_no_message_is_lost_with_a_worker(play: Play, shop: Path) -> None:
    if not listens(REDIS):
        pytest.skip(f"nothing listens at {REDIS}")
    write({"tests/test_shop.py": RESTARTS}, shop)
    options = ("--celery-guard-mode=worker", f"--celery-guard-broker={REDIS}")
    outcomes = play(*options)
    assert len(outcomes) == 2
    assert [each.text for each in outcomes.values() if each.kind != "passed"] == []
