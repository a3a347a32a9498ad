"""The two apps whose tasks the cases run, alike for the guard and for a real worker.

`app` has Celery's defaults and `tuned` has settings that change what tasks do.  Both point
at Redis under a key prefix of this run, so that two runs never meet.
"""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from celery import Celery, Task

from tests.fidelity import journal

REDIS = os.environ.get("FIDELITY_REDIS", "redis://127.0.0.1:6379/9")
# A worker inherits the name of the run that started it.
RUN = os.environ.get("FIDELITY_RUN") or f"fidelity-{uuid.uuid4().hex[:8]}"
IN_WORKER = "FIDELITY_RUN" in os.environ
CASES = Path(__file__).parent / "cases"
FRAGILE = "tests.fidelity.cases.fragile"


def case_modules() -> list[str]:
    """The names of all modules that hold cases."""
    files = sorted(CASES.rglob("*.py"))
    root = CASES.parents[2]
    return [".".join(file.relative_to(root).with_suffix("").parts) for file in files]


class Recorded(Task):
    """A task whose hooks write to the journal."""

    abstract = True

    def before_start(self, task_id: str, args: object, kwargs: object) -> None:
        journal.write("hook", task_id, "before_start")

    def on_success(
        self, retval: object, task_id: str, args: object, kwargs: object
    ) -> None:
        journal.write("hook", task_id, "on_success")

    def on_failure(self, exc: object, task_id: str, *rest: object) -> None:
        journal.write("hook", task_id, "on_failure")

    def on_retry(self, exc: object, task_id: str, *rest: object) -> None:
        journal.write("hook", task_id, "on_retry")

    def after_return(
        self, status: str, retval: object, task_id: str, *rest: object
    ) -> None:
        journal.write("hook", task_id, f"after_return {status}")


def _make(name: str, **conf: object) -> Celery:
    made = Celery(name, set_as_current=False, task_cls=Recorded, include=MODULES)
    prefix = {"global_keyprefix": f"{RUN}:"}
    made.conf.update(
        broker_url=REDIS,
        result_backend=f"tests.fidelity.results:Backend+{REDIS}",
        broker_transport_options=prefix,
        result_backend_transport_options=prefix,
        broker_connection_retry_on_startup=True,
        accept_content=["json", "pickle", "yaml"],
        result_accept_content=["json", "pickle", "yaml"],
        task_default_queue=name,
        task_routes={f"{FRAGILE}.*": {"queue": "fragile"}},
        # A busy machine may need long to fork.
        worker_proc_alive_timeout=30,
    )
    made.conf.update(conf)
    return made


MODULES = ["tests.fidelity.tasks", *case_modules()]
app = _make("plain")
tuned = _make(
    "tuned",
    task_track_started=True,
    task_acks_late=True,
    task_store_errors_even_if_ignored=True,
    task_soft_time_limit=1,
    task_annotations={"*": {"max_retries": 1, "default_retry_delay": 0.2}},
    task_allow_error_cb_on_chord_header=True,
    result_extended=True,
    result_compression="gzip",
    task_compression="zlib",
)


def task(of: Celery = app, **options: object) -> Callable[[Callable[..., object]], Task]:
    """Register a function as a task of one app, and of no app that is made later."""
    register: Callable[[Callable[..., object]], Task] = of.task(shared=False, **options)
    return register


def note(about: Task | str, text: str) -> None:
    """Write a remark about the running task, or the task of this id, into the journal."""
    journal.write("note", about if isinstance(about, str) else about.request.id, text)


def die() -> None:
    """Lose the process that runs the task, as the kernel's OOM killer would."""
    if IN_WORKER:
        # A process that dies before the worker has read its "accepted" is given a second try.
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGKILL)
    from pytest_celery_guard import WorkerKilled

    raise WorkerKilled
