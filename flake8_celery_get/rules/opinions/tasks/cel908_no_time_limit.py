"""https://docs.celeryq.dev/en/stable/userguide/workers.html#time-limits"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.opinions.running import Unlimited
from flake8_celery_get.rule import Rule


class NoTimeLimit(Rule):
    """Tasks can run forever.

    ## What it does

    Reports an app without `task_time_limit` and `task_soft_time_limit`, if some of its tasks
    have no time limit either.

    ## Why is this bad?

    A task that hangs, on a connection without a timeout for example, occupies its process
    forever. Once all processes of a worker hang, nothing runs anymore, without an error.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)


    @app.task
    def load(url):
        return url
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.task_time_limit = 300


    @app.task
    def load(url):
        return url
    ```

    ## Exempt

    Apps whose settings can't be resolved, or with `task_annotations`. Projects that start
    workers with `--time-limit` or `--soft-time-limit`. Tasks with a base class, or with
    options that can't be resolved.
    """

    code = "CEL908"
    name = "no-time-limit"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the apps that set no limit."""
        for note in module.notes(Unlimited):
            tasks = "1 task" if note.tasks == 1 else f"{note.tasks} tasks"
            problem = f"{tasks} of app `{note.app or 'app'}` may run forever"
            yield self.finding(module, note.at, problem, "set `task_time_limit`")
