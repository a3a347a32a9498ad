"""https://docs.celeryq.dev/en/stable/userguide/configuration.html#imports"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.names.unreached import Unreached
from flake8_celery_get.rule import Rule


class TaskNeverRegistered(Rule):
    """A module that defines tasks is not imported by any worker.

    ## What it does

    Reports a module with tasks that is not in `include` or `imports`, that `autodiscover_tasks`
    does not look for, and that no other file of the project imports or names. The name
    of a task, as in beat's schedule, doesn't import its module.

    ## Why is this bad?

    A task is registered when its module is imported. A worker that never imports it handles
    each message with `Received unregistered task` and discards it.

    ## Example

    `proj/celery.py`:

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.autodiscover_tasks(["proj"])
    ```

    `proj/jobs.py`:

    ```python
    from celery import shared_task


    @shared_task
    def load(url):
        return url
    ```

    ## Use instead

    `proj/celery.py`:

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.autodiscover_tasks(["proj"], related_name="jobs")
    ```

    `proj/jobs.py`:

    ```python
    from celery import shared_task


    @shared_task
    def load(url):
        return url
    ```

    ## Exempt

    Projects that create no app, or that only name the modules on the workers' command line.
    Modules outside the packages of these apps and of Django's `INSTALLED_APPS`.
    Projects whose `include` or `imports` can't be resolved, or that import modules by computed
    names. Modules that can be started as a script. Test code.
    """

    code = "CEL702"
    name = "task-never-registered"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the modules that nobody imports."""
        for note in module.notes(Unreached):
            tasks = f"`{note.task}`" + (f" and {note.others} more" if note.others else "")
            problem = f"no worker imports `{note.module}`, so none knows {tasks}"
            yield self.finding(module, note.at, problem, "add the module to `include`")
