"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#avoid-launching-synchronous-subtasks"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Fix
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.noticed.waits import Wait
from flake8_celery_get.model.reach.entries import TASK, Entry
from flake8_celery_get.model.reach.placement.causes import Cause
from flake8_celery_get.rule import SAFE, UNSAFE, Rule


class BlockingReadInTask(Rule):
    """A task waits for the result of another task.

    ## What it does

    Reports `.get()`, `.wait()`, `.join()`, `.join_native()`, `.collect()`, `.get_leaf()`,
    `.iter_native()` and `~signature` inside a task, and calls of functions that lead to one.
    Code that a worker runs around a task is reported as well: receivers of `task_prerun`,
    `task_postrun`, `task_success`, `task_failure` and `task_retry`, and a task class's
    `on_success` and the like.

    A wait is reported once. Where only tasks call a helper, the finding is inside it and names
    the tasks. Where other code calls the helper too, the finding is on each task's call of it.

    ## Why is this bad?

    Celery raises `RuntimeError: Never call result.get() within a task!`, even if the result is
    ready. With gevent and eventlet, and for `.iter_native()`, the task really blocks. Once
    every worker process waits for a task that no process is left to run, all of them wait
    forever.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    def fetch(url):
        return len(url)


    @shared_task
    def report(url):
        return fetch.delay(url).get()
    ```

    ## Use instead

    ```python
    from celery import chain, shared_task


    @shared_task
    def fetch(url):
        return len(url)


    @shared_task
    def render(size):
        return f"{size} bytes"


    def report(url):
        return chain(fetch.s(url), render.s()).delay()
    ```

    ## Exempt

    Reads under `allow_join_result()` or with `disable_sync_subtasks=False` are CEL106.
    `.result` returns the value of a finished task without waiting.

    ## Fix safety

    Only reads of finished tasks have a fix; the others need another design. If the task is
    known to have succeeded, `.result` instead of `.get()` is a safe fix, because the value is
    the same. If it may have failed, `disable_sync_subtasks=False` keeps the exception that
    `.get()` raises. That fix is unsafe, because it disables a check.
    """

    code = "CEL101"
    name = "blocking-read-in-task"
    fixes = (SAFE, UNSAFE)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield what makes tasks wait, as far as Celery does not let it pass."""
        for cause in module.causes(TASK, _is_refused):
            problem, remedy = "waits", "use a chain or a callback"
            if cause.wait.read.handle.origin == "applied":
                problem, remedy = "raises RuntimeError", "read `.result` instead"
            yield self.suffered(module, cause, problem, remedy, _fix(module, cause))


def _is_refused(_: Entry, wait: Wait) -> bool:
    return wait.is_refused


def _fix(module: Module, cause: Cause) -> Fix | None:
    """What a guard lets pass, on every way that leads to the read."""
    if not cause.is_own:
        return None
    waits = [wait for way in cause.ways for wait in way.entry.waits]
    ways = [other for other in waits if other.at == cause.at]
    handle = cause.wait.read.handle.key
    reads = [other for other in waits if other.read.handle.key == handle]
    if any(way.hops or not way.guarded for way in (*ways, *reads)):
        return None  # a read that comes first has already raised
    from flake8_celery_get.edit import handles  # loads libcst

    if all(way.succeeded and not way.read.handle.is_group for way in ways):
        return handles.result_read(module, cause.at)
    return handles.check_switched_off(module, cause.at)
