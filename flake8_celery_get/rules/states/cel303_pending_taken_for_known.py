"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#pending"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.ask.pending import EXISTS, RUNS
from flake8_celery_get.model.noticed.notes import Comparison
from flake8_celery_get.rule import Rule


class PendingTakenForKnown(Rule):
    """PENDING is used as proof that a task runs or exists.

    ## What it does

    Reports five patterns, each for a result that is made from an id that the function
    received:

    - a function whose name says that a task runs (`is_running`, `in_progress`, …) and that returns
      a comparison which is true for PENDING;
    - a function whose name says that a task exists and that returns `state != "PENDING"`;
    - a variable whose name says so (`in_progress = result.state in ("PENDING", "STARTED")`);
    - a view that answers PENDING in words: "running", "in progress", "processing";
    - a view that answers PENDING alone with a 404.

    ## Why is this bad?

    Celery doesn't store PENDING. `.state` returns it for every id without a result: the
    task waits in the queue, was never sent, or its result has expired or was forgotten. So
    a task whose result is gone "runs" forever, and a page that polls a mistyped id waits
    forever. A task in the queue "does not exist", and is sent again.

    ## Example

    ```python
    from celery.result import AsyncResult


    def is_running(task_id):
        return AsyncResult(task_id).state in ("PENDING", "STARTED")
    ```

    ## Use instead

    Keep a record of the sent ids, with the time, and check that first:

    ```python
    from celery.result import AsyncResult


    def is_running(job):
        return not job.is_outdated and not AsyncResult(job.task_id).ready()
    ```

    ## Exempt

    Everything else, such as `if result.state == "PENDING":` that answers "waiting" or
    "unknown": these match the meaning of PENDING. Functions and views that look up the id
    elsewhere, in a table or a cache, or first ask the object that holds it. Projects that store
    a state when they send a task (with the signals `before_task_publish` and
    `after_task_publish`, with `store_result`, or with the `task_id` of `update_state`).
    """

    code = "CEL303"
    name = "pending-taken-for-known"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the comparisons from which too much is concluded."""
        if module.is_test:
            return
        for note in module.notes(Comparison):
            concluded = module.conclusion(note)
            if concluded:
                problem, remedy = _SAYS[concluded]
                yield self.finding(module, note.at, problem, remedy)


_OWN_TABLE = "check your own table (Celery 5.7: `.exists()`)"
_SAYS = {
    RUNS: (
        "PENDING is also the state of an unknown or expired id",
        f'{_OWN_TABLE} before answering "running"',
    ),
    EXISTS: (
        "PENDING is also the state of a task that waits in its queue",
        f"{_OWN_TABLE} to know whether it exists",
    ),
}
