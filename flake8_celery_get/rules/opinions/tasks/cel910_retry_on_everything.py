"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#automatic-retry-for-known-exceptions"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.opinions.running import RetryOnAll
from flake8_celery_get.rule import Rule


class RetryOnEverything(Rule):
    """A task is retried after any exception.

    ## What it does

    Reports `autoretry_for` with `Exception` or `BaseException`, also in a task's class.

    ## Why is this bad?

    A bug doesn't disappear by itself: a `TypeError` is raised again in each retry. The task
    runs four times, with all its side effects, before anybody notices the bug.

    ## Example

    ```python
    from celery import shared_task


    @shared_task(autoretry_for=(Exception,), retry_backoff=True)
    def load(url):
        return url
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task(autoretry_for=(ConnectionError, TimeoutError), retry_backoff=True)
    def load(url):
        return url
    ```

    ## Exempt

    Tasks with `dont_autoretry_for`. Test code.
    """

    code = "CEL910"
    name = "retry-on-everything"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the tasks that are retried after a bug, too."""
        for note in module.notes(RetryOnAll):
            problem = f"`autoretry_for` with `{note.name}` also retries after bugs"
            yield self.finding(
                module, note.at, problem, "list only errors that are temporary"
            )
