"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#names"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Related
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.declarations.duplicates import DuplicateName
from flake8_celery_get.rule import Rule


class DuplicateTaskName(Rule):
    """Two tasks have the same name, and Celery runs the first one for both.

    ## What it does

    Reports a task with the name of another one, set by `name=`, or by two functions with
    the same name in one module.

    ## Why is this bad?

    Celery registers the first of them. Both functions then refer to this task: `.delay()`
    on the second one runs the first, and the second never runs. Celery 5.7 warns at run
    time; older versions don't.

    ## Example

    ```python
    from celery import shared_task


    @shared_task(name="mail.send")
    def send_invoice(order):
        return order


    @shared_task(name="mail.send")
    def send_reminder(order):
        return order
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task(name="mail.send_invoice")
    def send_invoice(order):
        return order


    @shared_task(name="mail.send_reminder")
    def send_reminder(order):
        return order
    ```

    ## Exempt

    Definitions inside `if`, `try` or a function: perhaps only one of them exists at a time.
    Tasks in different packages or of different apps, which may have the same name. Names that
    can't be resolved. Test code.
    """

    code = "CEL506"
    name = "duplicate-task-name"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the tasks whose names are taken."""
        for note in module.notes(DuplicateName):
            path, (line, column, *_) = note.first
            place = f"{module.relative(path)}:{line}"
            problem = (
                f"`{note.name}` is also the name of the task at {place}, which is used"
            )
            related = (Related(path, line, column, "the task that is registered first"),)
            yield self.finding(module, note.at, problem, "rename it", related)
