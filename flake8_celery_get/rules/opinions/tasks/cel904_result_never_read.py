"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#ignore-results-you-don-t-want"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.unread import Unread
from flake8_celery_get.rule import Rule


class ResultNeverRead(Rule):
    """The results of a task are stored, but no code reads them.

    ## What it does

    Reports a task whose app has a result backend, and which is only sent without using the
    return value: by `.delay(…)` as a statement, on commit, or by beat.

    ## Why is this bad?

    Each result is written to the backend and kept there for a day, although no code reads it.
    That costs a round trip for each task, and memory.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", backend="redis://localhost/1")


    @app.task
    def clean_up(days):
        return days


    def start():
        clean_up.delay(30)
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", backend="redis://localhost/1")


    @app.task(ignore_result=True)
    def clean_up(days):
        return days


    def start():
        clean_up.delay(30)
    ```

    ## Exempt

    All tasks of a project that makes an `AsyncResult` from an id, or uses django-celery-results
    or celery-progress: these can read any result. Tasks whose result, name or signature is used
    elsewhere. Tasks that use their own request or store states. An explicit
    `ignore_result=False`. Tasks that the project never sends. Test code.
    """

    code = "CEL904"
    name = "result-never-read"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the tasks that store results for nobody."""
        for note in module.notes(Unread):
            problem = f"results of `{note.task}` are stored and never read"
            yield self.finding(module, note.at, problem, "set `ignore_result=True`")
