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
from typing import Any

from celery import Celery
from celery.exceptions import TimeoutError as ResultTimeoutError
from flask import Flask

ANSWER_SECONDS = 30
app = Celery("rpc", broker=os.environ["RABBITMQ"], backend="rpc://")
app.conf.task_default_queue = os.environ["QUEUE"]
web = Flask("shop")


@app.task(name="add")  # type: ignore[untyped-decorator]
def add(x: int, y: int) -> int:
    return x + y


@app.task(name="looks")  # type: ignore[untyped-decorator]
def looks(task_id: str) -> Any:
    return app.AsyncResult(task_id).state


@app.task(name="sends_and_looks")  # type: ignore[untyped-decorator]
def sends_and_looks() -> Any:
    result = add.delay(1, 2)
    time.sleep(1)
    return result.state


@web.post("/sums")
def send() -> str:
    return str(add.delay(1, 2).id)


@web.get("/sums/<task_id>")
def state(task_id: str) -> str:
    return str(app.AsyncResult(task_id).state)


@web.get("/sums/<task_id>/value")
def value(task_id: str) -> str:
    try:
        return str(app.AsyncResult(task_id).get(timeout=1))
    except ResultTimeoutError:
        return "timed out"


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


def seen() -> dict[str, object]:
    """What each reader of one result sees, in this order."""
    task_id = web.test_client().post("/sums").text
    deadline = time.monotonic() + ANSWER_SECONDS
    while ask(f"/sums/{task_id}") == "PENDING" and time.monotonic() < deadline:
        time.sleep(0.1)
    path = f"/sums/{task_id}"
    return {
        "another thread": [in_thread(ask, path), in_thread(ask, f"{path}/value")],
        "another process": [in_process(path), in_process(f"{path}/value")],
        "a task that sent it": sends_and_looks.delay().get(timeout=ANSWER_SECONDS),
        "another task": looks.delay(task_id).get(timeout=ANSWER_SECONDS),
        "the same thread": [ask(path), ask(f"{path}/value")],
        "the same thread, after its read": ask(f"{path}/value"),
    }


if __name__ == "__main__":
    print(ask(sys.argv[1]) if len(sys.argv) > 1 else json.dumps(seen()))
