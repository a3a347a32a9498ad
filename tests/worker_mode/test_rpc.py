"""What the guard says of reads over ``rpc://`` is what a real worker with RabbitMQ really does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kombu import Connection

from tests.guard_docs.page import write
from tests.worker_mode.conftest import RABBITMQ, Outcome, listens, outcomes_of

RPC = Path(__file__).with_name("rpc.py")
UNDER_THE_GUARD = """
import pytest
from shop import ask, looks, web

pytestmark = pytest.mark.celery_guard(allow=["CEL102"], allow_leftover=True)


def test_the_state_in_another_request(celery_guard):
    task_id = web.test_client().post("/sums").text
    celery_guard.drain()
    assert ask(f"/sums/{task_id}") == "PENDING"


def test_the_value_in_another_request(celery_guard):
    task_id = web.test_client().post("/sums").text
    celery_guard.drain()
    assert ask(f"/sums/{task_id}/value") == "timed out"


def test_the_state_in_another_task(celery_guard):
    task_id = web.test_client().post("/sums").text
    celery_guard.drain()
    assert celery_guard.run(looks.s(task_id)) == "PENDING"
"""
"""Each test sees what it expects, and fails for the read."""


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A queue of this test's own, for a project in other processes."""
    name = f"celery-guard-{uuid.uuid4().hex[:12]}"
    monkeypatch.setenv("QUEUE", name)
    monkeypatch.setenv("RABBITMQ", RABBITMQ)
    yield name
    if listens(RABBITMQ):
        with Connection(RABBITMQ) as connection:
            connection.default_channel.queue_delete(name)
            connection.default_channel.exchange_delete(name)


@pytest.fixture
def project(tmp_path: Path, queue: str) -> Path:
    """The folder of a shop over rpc."""
    pytest.importorskip("flask", reason="needs Flask")
    ini = "[pytest]\npythonpath = .\ncelery_guard_app = shop:app\n"
    tests = {"test_shop.py": UNDER_THE_GUARD, "pytest.ini": ini}
    write({"shop.py": RPC.read_text(encoding="utf-8"), **tests}, tmp_path)
    return tmp_path


@contextmanager
def worker(project: Path) -> Iterator[None]:
    """A real worker, as Celery's command starts it."""
    command = (sys.executable, "-m", "celery", "-A", "shop", "worker", "--concurrency=2")
    with (project / "log").open("wb") as log:
        process = subprocess.Popen(
            (*command, "--without-gossip", "--without-mingle"),
            cwd=project,
            env={**os.environ, "C_FORCE_ROOT": "1"},
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.services
def test_who_can_read_a_result_over_rpc(project: Path) -> None:
    if not listens(RABBITMQ):
        pytest.skip(f"nothing listens at {RABBITMQ}")
    with worker(project):
        told = subprocess.run(
            (sys.executable, "shop.py"),
            cwd=project,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert told.returncode == 0, told.stderr + (project / "log").read_text()
    assert json.loads(told.stdout) == {
        "the task that sent it": "PENDING, timed out",
        "another task": "PENDING",
        "another process": ["PENDING", "timed out"],
        "the same thread": ["SUCCESS", "3", "timed out"],
        "another thread": ["PENDING", "timed out"],
    }


def test_the_guard_shows_the_same_and_fails_the_test_for_it(project: Path) -> None:
    outcomes = outcomes_of(project)
    assert len(outcomes) == 3
    for name, outcome in outcomes.items():
        assert misuse(outcome) == (
            "reads a result that rpc:// never delivers there",
            "get() never returns" if "value" in name else "the state stays PENDING",
        )


def misuse(outcome: Outcome) -> tuple[str, str]:
    """The title of what a test failed for, and what the read does."""
    lines = [line.strip() for line in outcome.text.splitlines()]
    title = next(line for line in lines if "CEL204 " in line)
    title = title[title.index("reads a result") :]
    told = next(
        line for line in lines if line.startswith(("get() never", "the state stays"))
    )
    return title.rstrip(":"), told.partition(",")[0]
