"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#retrying"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.declarations.retries import SwallowedRetry
from flake8_celery_get.rule import Rule


class RetrySwallowed(Rule):
    """A task retries itself inside a `try` whose `except` catches the retry.

    ## What it does

    Reports `self.retry(…)` in a `try` with a bare `except`, an `except Exception` or another
    one that catches `celery.exceptions.Retry` and doesn't raise it again, or in a
    `with suppress(…)` of such an exception.

    ## Why is this bad?

    `retry` sends the task again and raises `Retry`, so that Celery stores RETRY and stops this
    run. If the exception is caught, the task continues and ends with SUCCESS, while the next
    attempt is already sent. Whoever waits for the result gets that of the first attempt. When
    no retries are left, the error is caught, too.

    ## Example

    ```python
    from celery import shared_task


    @shared_task(bind=True, max_retries=3)
    def fetch(self, url):
        try:
            if not url:
                raise self.retry(countdown=60)
        except Exception as error:
            print(error)
    ```

    ## Use instead

    ```python
    from celery import shared_task
    from celery.exceptions import Retry


    @shared_task(bind=True, max_retries=3)
    def fetch(self, url):
        try:
            if not url:
                raise self.retry(countdown=60)
        except Retry:
            raise
        except Exception as error:
            print(error)
    ```

    ## Exempt

    `retry(throw=False)`, which raises nothing. An `except` that raises in some branch, retries
    again, checks for `Retry`, or calls something like `fail(…)`. Test code.
    """

    code = "CEL508"
    name = "swallowed-retry"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the retries that Celery never hears of."""
        for note in module.notes(SwallowedRetry):
            problem = f"raises Retry, but `{note.handler}` catches it"
            remedy = "add `except Retry: raise`"
            if note.handler.startswith("suppress"):
                remedy = "name the exceptions that it is for"
            yield self.about(module, note, problem, remedy)
