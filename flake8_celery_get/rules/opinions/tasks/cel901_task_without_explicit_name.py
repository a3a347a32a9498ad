"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#names"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.naming import Nameless
from flake8_celery_get.rule import Rule


class TaskWithoutExplicitName(Rule):
    """A task has no explicit name, so Celery names it after its module.

    ## What it does

    Reports a task decorator without `name=`.

    ## Why is this bad?

    Each message contains the name of its task. If you rename the function or move its module,
    the name changes. Messages in the queue, schedules, and other projects that call `send_task`
    then use a name that no worker knows. A worker discards such a message with `Received
    unregistered task`.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    def import_users(path):
        return len(path)
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task(name="users.import")
    def import_users(path):
        return len(path)
    ```

    ## Exempt

    The project's own decorators, which may pass a name. Options that can't be resolved:
    `@shared_task(**options)`. Projects with a custom `gen_task_name`. Class-based tasks, and
    tasks that a call creates: `app.task(function)`. Test code.
    """

    code = "CEL901"
    name = "task-without-explicit-name"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the tasks whose names nobody chose."""
        for note in module.notes(Nameless):
            problem = f"task `{note.name}` is named after its module"
            yield self.finding(module, note.at, problem, "set `name=`")
