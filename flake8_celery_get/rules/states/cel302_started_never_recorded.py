"""https://docs.celeryq.dev/en/stable/userguide/configuration.html#task-track-started"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.ask.states import compared_states
from flake8_celery_get.model.noticed.notes import Comparison
from flake8_celery_get.rule import Rule


class StartedNeverRecorded(Rule):
    """A task's state is compared with STARTED, which its worker never records.

    ## What it does

    Reports comparisons with `STARTED`, alone or beside `RETRY`, if `task_track_started` is
    disabled for the task.

    ## Why is this bad?

    Celery records the start of a task only if `task_track_started` is enabled. Otherwise the
    task is `PENDING` until it ends. So the branch for running tasks is never executed, and a
    running task looks like one that waits in the queue.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://", backend="redis://")


    @app.task
    def load(path):
        return len(path)


    def progress(task_id):
        if load.AsyncResult(task_id).state == "STARTED":
            return "at work"
        return "in the queue, or done"
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://", backend="redis://")


    @app.task(track_started=True)
    def load(path):
        return len(path)


    def progress(task_id):
        if load.AsyncResult(task_id).state == "STARTED":
            return "at work"
        return "in the queue, or done"
    ```

    For all tasks, set `app.conf.task_track_started = True`.

    ## Exempt

    Comparisons that include other states, such as `in ("PENDING", "STARTED")` or
    `state == "PENDING" or state == "STARTED"`, which work nevertheless. Projects that store
    `STARTED`, or a state that can't be resolved, with `update_state`. Results of an unknown
    task, unless no task of the project is tracked. Test code.
    """

    code = "CEL302"
    name = "started-never-recorded"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the comparisons with a start that nobody records."""
        if module.is_test:
            return
        for note in module.notes(Comparison):
            if "STARTED" not in compared_states(note) or not module.never_starts(note):
                continue
            if module.states_compared(note) <= {"STARTED", "RETRY"}:
                yield self.about(module, note, _problem(note), "set it")


def _problem(note: Comparison) -> str:
    why = "STARTED is recorded only with `task_track_started=True`"
    if compared_states(note) != ("STARTED",):
        return f"never sees a start: {why}"
    is_negative = note.operator in {"!=", "not in"}
    return f"is always true: {why}" if is_negative else f"is never true: {why}"
