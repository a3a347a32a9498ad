"""A worker that makes room for another one takes no message with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guard_docs.page import write
from tests.worker_mode.conftest import REDIS, Play, listens

SLOW = """
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
"""


@pytest.mark.services
def test_no_message_is_lost_with_a_worker(play: Play, shop: Path) -> None:
    if not listens(REDIS):
        pytest.skip(f"nothing listens at {REDIS}")
    write({"tests/test_shop.py": SLOW}, shop)
    options = ("--celery-guard-mode=worker", f"--celery-guard-broker={REDIS}")
    (outcome,) = play(*options).values()
    assert outcome.kind == "passed", outcome.text
