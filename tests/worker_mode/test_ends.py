"""However a run ends, its worker ends too, and nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis

from tests.guard_docs.page import write
from tests.worker_mode.conftest import REDIS, command, listens

DEADLINE_SECONDS = 90
HANGS = """
import os
import time

from proj.tasks import app, price


@app.task
def process():
    return os.getppid()


def test_it_hangs(celery_guard):
    worker = process.delay().get()
    price.delay("apple")
    prefix = app.conf.broker_transport_options["global_keyprefix"]
    with open("told.tmp", "w") as file:
        file.write(f"{worker} {prefix}")
    os.rename("told.tmp", "told")
    time.sleep(600)
"""


def within_deadline(is_so: Callable[[], bool]) -> bool:
    """Whether it becomes so."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.1)
    return is_so()


def is_gone(process: int) -> bool:
    """Whether no process has this id, or only a dead one that nobody has asked for."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return True
    return state.rpartition(")")[2].split()[0] == "Z"


@pytest.mark.services
@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="there is no /proc to look at"
)
def test_a_run_that_is_killed_leaves_nothing(shop: Path) -> None:
    if not listens(REDIS):
        pytest.skip(f"nothing listens at {REDIS}")
    write({"tests/test_hangs.py": HANGS}, shop)
    options = ("--celery-guard-mode=worker", f"--celery-guard-broker={REDIS}")
    run = subprocess.Popen(
        command(*options, "tests/test_hangs.py"), cwd=shop, stdout=subprocess.DEVNULL
    )
    try:
        told = shop / "told"
        assert within_deadline(lambda: told.exists() or run.poll() is not None)
        worker, prefix = told.read_text(encoding="utf-8").split()
    finally:
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
    assert within_deadline(lambda: is_gone(int(worker)))
    with Redis.from_url(REDIS) as client:
        assert list(client.scan_iter(f"{prefix}*")) == []
