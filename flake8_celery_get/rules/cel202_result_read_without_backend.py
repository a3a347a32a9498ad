"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#result-backends"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model import reads
from flake8_celery_get.model.module import Module
from flake8_celery_get.rule import LONGEST_MESSAGE, Rule, cut, where_backend_is_said


class ResultReadWithoutBackend(Rule):
    """A result or a state is read, and the task's app has no result backend.

    ## What it does

    Reports reads of a handle whose app surely has no `result_backend`.

    ## Why is this bad?

    Nothing is stored, and the read raises at once. `.get()` and its relatives raise
    `NotImplementedError: No result backend is configured`. `.state`, `.ready()` and the like
    raise `AttributeError: 'DisabledBackend' object has no attribute '_get_task_meta_for'`.

    ## Example

    ```python
    from celery import Celery
    from celery.result import AsyncResult

    app = Celery("proj", broker="redis://localhost/0", backend="disabled://")


    def progress(task_id):
        return AsyncResult(task_id, app=app).state
    ```

    ## Use instead

    ```python
    from celery import Celery
    from celery.result import AsyncResult

    app = Celery("proj", broker="redis://localhost/0", backend="redis://localhost/1")


    def progress(task_id):
        return AsyncResult(task_id, app=app).state
    ```

    ## Exempt

    `.id` and `.revoke()`, which read nothing, and results of `.apply()`. An app whose
    backend may be set where the linter can't see it. Test code, which may have settings of
    its own. Blocking reads in a task are CEL101: Celery refuses them first.
    """

    code = "CEL202"
    name = "result-read-without-backend"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the reads that raise."""
        if module.is_test:
            return
        for reading in reads.unreadable(module):
            problem = f"raises `{reading.outcome}`"
            remedy = "set a backend"
            room = LONGEST_MESSAGE - len(f"`` {problem}; {remedy}")
            source = cut(module.code_at(reading.note), room)
            related = where_backend_is_said(module.backend(reading.note.handle))
            at = reading.note.at
            yield self.finding(module, at, f"`{source}` {problem}", remedy, related)
