"""Beside a real worker the test's own process is watched, too, and the words are the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.guard_docs.conftest import DOCS
from tests.guard_docs.page import ID, files, write
from tests.worker_mode.conftest import REDIS, Outcome, Play, listens

WATCHED = Path(__file__).with_name("watched.py")
PAGE = DOCS / "guard-watching.md"
MORE = {
    "proj/waits.py": """
import asyncio
import time

from proj.tasks import app, price


@app.task
def basket(skus):
    return sum(price.delay(sku).get() for sku in skus)


@app.task
def lifted(skus):
    return sum(price.delay(sku).get(disable_sync_subtasks=False) for sku in skus)


@app.task(ignore_result=True)
def quiet():
    pass


def looks(result):
    return app.AsyncResult(result.id).state


@app.task
def slow(number):
    time.sleep(0.05)
    return number


async def at_the_same_time(numbers):
    results = [slow.delay(each) for each in numbers]
    return await asyncio.gather(*(asyncio.to_thread(each.get, 10) for each in results))
""",
    "proj/sums.py": """
from celery import Celery
from fastapi import FastAPI

app = Celery("sums", broker="redis://", backend="rpc://")
web = FastAPI()


@app.task
def add(x, y):
    return x + y


@web.get("/sums/{task_id}")
def state(task_id: str):
    return app.AsyncResult(task_id).state
""",
    "proj/post.py": """
from celery import Celery
from kombu import Queue

app = Celery("post", broker="redis://", backend="redis://")
app.conf.task_queues = [Queue("letters")]


@app.task
def deliver():
    pass
""",
}
CODES = {
    "test_a_request_waits": ["CEL102"],
    "test_a_request_polls": ["CEL105"],
    "test_a_coroutine_waits": ["CEL103"],
    "test_a_task_that_the_test_runs_itself": ["CEL101"],
    "test_a_task_that_lifts_the_refusal": ["CEL106"],
    "test_a_result_that_is_not_stored": ["CEL203"],
    "test_an_app_without_a_backend": ["CEL202"],
    "test_a_result_over_rpc": ["CEL204"],
    "test_arguments_that_do_not_fit": ["CEL601"],
    "test_an_argument_that_can_not_be_carried": ["CEL602"],
    "test_an_eta_without_a_time_zone": ["CEL607"],
    "test_a_name_that_is_a_slip": ["CEL608"],
    "test_a_queue_that_is_a_slip": ["CEL611"],
    "test_a_strict_contract": ["CEL602"],
}
"""The tests that fail, and the first code in what is said; the others pass."""
CODE = re.compile(r"CEL\d+")


@pytest.fixture
def shop(shop: Path) -> Path:
    """The shop, with code that waits and tests that run it."""
    write({**files(PAGE.read_text(encoding="utf-8")), **MORE}, shop)
    write({"tests/test_shop.py": WATCHED.read_text(encoding="utf-8")}, shop)
    return shop


@pytest.mark.services
def test_a_real_worker_s_test_fails_for_the_same_and_says_the_same(play: Play) -> None:
    pytest.importorskip("fastapi", reason="needs FastAPI")
    if not listens(REDIS):
        pytest.skip(f"nothing listens at {REDIS}")
    step = play()
    worker = play("--celery-guard-mode=worker", f"--celery-guard-broker={REDIS}")
    failed = {name: each.text for name, each in step.items() if each.kind != "passed"}
    assert {name: CODE.findall(text)[:1] for name, text in failed.items()} == CODES
    assert told(worker) == told(step)


def told(outcomes: dict[str, Outcome]) -> dict[str, tuple[str, str]]:
    """The outcomes of tests, without ids."""
    return {name: (each.kind, ID.sub("…", each.text)) for name, each in outcomes.items()}
