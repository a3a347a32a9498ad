"""https://docs.celeryq.dev/en/stable/userguide/configuration.html#task-always-eager"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.written.eager import EagerApp
from flake8_celery_get.rule import Rule


class EagerOutsideTests(Rule):
    """Every task runs inside the process that sends it, even in production.

    ## What it does

    Reports `task_always_eager=True`, also by its older names, in settings that are not for
    tests or development, and that no condition can change.

    ## Why is this bad?

    Nothing is sent to a worker. A web request runs each task itself, and is answered when the
    last one has finished. Time limits, `countdown`, `eta` and rate limits have no effect, and
    retries don't wait.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.task_always_eager = True
    ```

    ## Use instead

    ```python
    import os

    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.task_always_eager = os.environ.get("RUN_TASKS_EAGERLY") == "1"
    ```

    Tests that need eager tasks enable them in their own settings.

    ## Exempt

    Settings that a condition or the environment can change. Settings that another file sets as
    well. Files and folders with names of tests or development, such as `local.py` or `dev.py`,
    and settings with `DEBUG = True`.
    """

    code = "CEL703"
    name = "eager-outside-tests"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the places that switch eager mode on."""
        for note in module.notes(EagerApp):
            problem = (
                "no task is ever sent to a worker; each runs in the process that calls it"
            )
            yield self.finding(module, note.at, problem, "enable it in tests only")
