"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#result-backends"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.ask.no_backend import MISSING_BACKEND
from flake8_celery_get.rule import Rule, app_of, fitted, where_backend_is_said

REMEDY = "set `result_backend`"


class ResultReadWithoutBackend(Rule):
    """A result or a state is read, but the task's app has no result backend.

    ## What it does

    Reports reads of a result whose app certainly has no `result_backend`.

    ## Why is this bad?

    Nothing is stored, and the read raises immediately. `.get()` and similar methods raise
    `NotImplementedError: No result backend is configured`. `.state`, `.ready()` and the
    like raise `AttributeError: 'DisabledBackend' object has no attribute
    '_get_task_meta_for'`.

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

    `.id` and `.revoke()`, which read nothing, and results of `.apply()`. Apps whose backend
    may be set in a way that the linter can't resolve. Test code, which may have its own
    settings. Blocking reads in a task are CEL101: Celery raises an error for them first. If
    CEL201 reports the app, these reads are part of that finding.
    """

    code = "CEL202"
    name = "result-read-without-backend"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the reads that raise."""
        for read in [] if module.is_test else module.failing_reads():
            note, backend = read.reading.note, module.backend(read.reading.note.handle)
            app = app_of(module, backend)
            problem = f"{{}} fails with {read.reading.error}: {app} has no result backend"
            told = fitted(module.code_at(note), [problem], REMEDY)
            related = where_backend_is_said(backend)
            found = self.finding(module, note.at, told, REMEDY, related)
            cover = (MISSING_BACKEND, read.app.path) if read.app else None
            yield replace(found, covered_by=cover)
