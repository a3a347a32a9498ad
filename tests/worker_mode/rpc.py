"""A shop over ``rpc://``: its requests, answered by the threads and processes of a real server.

A file of another project: it is copied there. As a program it tells, in JSON, what readers of one
result see, the guard not being there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

from celery import Celery
from celery.exceptions import TimeoutError as ResultTimeoutError
from celery.result import allow_join_result
from flask import Flask

ANSWER_SECONDS, RESULT_SECONDS = 30, 0.5
app = Celery("rpc", broker=os.environ["RABBITMQ"], backend="rpc://")
app.conf.task_default_queue = os.environ["QUEUE"]
app.conf.result_expires = 60  # with it go the queues for answers
web = Flask("shop")


@app.task(name="add", bind=True)  # type: ignore[untyped-decorator]
def add(self: Any, x: int, y: int) -> int:
    Path(self.request.id).touch()
    return x + y


@app.task(name="looks")  # type: ignore[untyped-decorator]
def looks(task_id: str) -> str:
    return str(app.AsyncResult(task_id).state)


@app.task(name="sends_and_looks")  # type: ignore[untyped-decorator]
def sends_and_looks() -> str:
    result = add.delay(1, 2)
    wait_for(Path(result.id))
    with allow_join_result():
        return f"{result.state}, {value_of(result)}"


@app.task(name="tells")  # type: ignore[untyped-decorator]
def tells(path: str, task_name: str, *args: object) -> None:
    """Write what a task of this name returns to a file."""
    Path(path).write_text(app.tasks[task_name].run(*args), encoding="utf-8")


@web.post("/sums")
def send() -> str:
    return str(add.delay(1, 2).id)


@web.get("/sums/<task_id>")
def state(task_id: str) -> str:
    return str(app.AsyncResult(task_id).state)


@web.get("/sums/<task_id>/value")
def value(task_id: str) -> str:
    return value_of(app.AsyncResult(task_id))


def value_of(result: Any) -> str:
    """What a read gives within a second."""
    try:
        return str(result.get(timeout=1))
    except ResultTimeoutError:
        return "timed out"


def wait_for(path: Path) -> None:
    """Wait for a file that a task writes, then for its result to be sent."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not path.exists():
        assert time.monotonic() < deadline, "the worker does not answer"
        time.sleep(0.05)
    time.sleep(RESULT_SECONDS)


def ask(path: str) -> str:
    """What the application answers."""
    return str(web.test_client().get(path).text)


def in_thread(function: Callable[..., str], *args: object) -> str:
    """What another thread of this process gets."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *args).result()


def in_process(path: str) -> str:
    """What another process gets."""
    command = sys.executable, __file__, path
    return subprocess.run(
        command, capture_output=True, text=True, check=True
    ).stdout.strip()


def told(*args: object) -> str:
    """What a task returns, told by a file instead of a result."""
    path = Path(f"told-{uuid4()}")
    tells.delay(str(path), *args)
    wait_for(path)
    return path.read_text(encoding="utf-8")


def sent() -> str:
    """The path of a result that is there."""
    task_id = web.test_client().post("/sums").text
    wait_for(Path(task_id))
    return f"/sums/{task_id}"


def seen() -> dict[str, object]:
    """What each reader sees, each of a result of its own."""
    found: dict[str, object] = {}
    # A worker's process that has read before may have made a queue for answers by that.
    found["the task that sent it"] = told("sends_and_looks")
    found["another task"] = told("looks", sent().rpartition("/")[2])
    path = sent()
    found["another process"] = [in_process(path), in_process(f"{path}/value")]
    path = sent()
    found["the same thread"] = [ask(path), ask(f"{path}/value"), ask(f"{path}/value")]
    path = sent()
    found["another thread"] = [in_thread(ask, path), in_thread(ask, f"{path}/value")]
    return found


if __name__ == "__main__":
    print(ask(sys.argv[1]) if len(sys.argv) > 1 else json.dumps(seen()))
