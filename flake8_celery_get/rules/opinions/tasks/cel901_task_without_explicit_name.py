"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#names"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.naming import Nameless
from flake8_celery_get.rule import Rule


class TaskWithoutExplicitName(Rule):
    """A task has no name of its own: Celery names it after its module.

    ## What it does

    Reports a function that a decorator of Celery makes a task, without `name=`.

    ## Why is this bad?

    The name is what stands in each message. Whoever renames the function, or moves its
    module, changes it: messages that wait in the queue name a task that no worker knows,
    and so do beat's schedules and other projects that call `send_task`. A worker drops
    such a message with `Received unregistered task`.

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

    Tasks of decorators that are the project's own: they may pass a name on. Options that
    nobody can read: `@shared_task(**options)`. Projects with a `gen_task_name` of their own.
    Tasks that are classes, and those that a call makes: `app.task(function)`. Test code.
    """

    code = "CEL901"
    name = "task-without-explicit-name"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the tasks whose names nobody chose."""
        for note in module.notes(Nameless):
            problem = f"task `{note.name}` is named after its module"
            yield self.finding(module, note.at, problem, "set `name=`")
