"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#names"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Related
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.declarations.duplicates import DuplicateName
from flake8_celery_get.rule import Rule


class DuplicateTaskName(Rule):
    """Two tasks have one name: Celery runs the first one for both.

    ## What it does

    Reports a task with the name of another one, given by `name=` or by two functions that are
    called the same in one module.

    ## Why is this bad?

    Celery registers the first of them. The other name stands for the same task, so `.delay()` on
    it runs the first function, and its own never runs. Celery 5.7 warns when it is run; before,
    nothing is said.

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

    Definitions inside `if`, `try` or a function: perhaps there is only one of them at a time.
    Names in different packages, and of different apps. Names that can't be read. Test code.
    """

    code = "CEL506"
    name = "duplicate-task-name"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the tasks whose names are taken."""
        for note in module.notes(DuplicateName):
            path, (line, column, *_) = note.first
            place = f"{module.relative(path)}:{line}"
            problem = f"`{note.name}` is also the name of the task at {place}, which wins"
            related = (Related(path, line, column, "the task that is registered first"),)
            yield self.finding(module, note.at, problem, "rename it", related)
