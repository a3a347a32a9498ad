"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#automatic-retry-for-known-exceptions"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.opinions.running import PlainRetry
from flake8_celery_get.rule import Rule


class RetryWithoutBackoffOrLimit(Rule):
    """A task is retried at fixed intervals, or without a limit.

    ## What it does

    Reports `autoretry_for` without `retry_backoff`, or with `max_retries=None`.

    ## Why is this bad?

    If a service is down, all tasks retry at the same time every three minutes, and keep it
    down. Without a limit, a task that can't succeed is retried forever.

    ## Example

    ```python
    from celery import shared_task


    @shared_task(autoretry_for=(ConnectionError,))
    def load(url):
        return url
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task(autoretry_for=(ConnectionError,), retry_backoff=True)
    def load(url):
        return url
    ```

    ## Exempt

    Tasks with a base class, or with options that can't be resolved; a base class of the
    project is reported itself, if it has `autoretry_for`. Test code.
    """

    code = "CEL909"
    name = "retry-without-backoff-or-limit"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the retries that are too plain."""
        for note in module.notes(PlainRetry):
            if note.is_endless:
                problem, remedy = (
                    "the task is retried forever",
                    "set `max_retries`",
                )
            else:
                problem, remedy = (
                    "retries wait for a fixed time",
                    "add `retry_backoff=True`",
                )
            yield self.finding(module, note.at, problem, remedy)
