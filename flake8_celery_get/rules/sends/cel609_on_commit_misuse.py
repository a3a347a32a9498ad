"""https://docs.djangoproject.com/en/stable/topics/db/transactions/"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.sent.on_commit import (
    LATE,
    NO_DATABASE,
    NO_HANDLE,
    NOT_SENT,
    RUN_HERE,
    RUN_NOW,
    SENT_NOW,
    CommitMisuse,
)
from flake8_celery_get.rule import Rule

SAID = {
    SENT_NOW: ("sends the task now, not on commit", "use `partial(task.delay, …)`"),
    RUN_NOW: ("runs the task now, not on commit", "use `partial(task.delay, …)`"),
    RUN_HERE: ("runs the task in this process, and sends nothing", "pass its `.delay`"),
    NOT_SENT: (
        "never sends the task: the lambda only returns `{name}`",
        "call `.delay(…)`",
    ),
    NO_DATABASE: (
        "takes the second argument for the name of a database",
        "use `partial(task.delay, …)`",
    ),
    LATE: ("uses the last `{name}` of the loop in every call", "use `partial(…)`"),
    NO_HANDLE: (
        "raises AttributeError: sends on commit return None",
        "remove `.{name}`",
    ),
}


class OnCommitMisuse(Rule):
    """A send is passed to `on_commit` in a way that doesn't work as intended.

    ## What it does

    Reports hooks that don't send the task on commit: `on_commit(task.delay(x))` sends it
    immediately, and `on_commit(task(x))` runs it. `on_commit(task.s(x))` runs it, too, after
    the commit but in this process. `on_commit(lambda: task.delay)`,
    `on_commit(lambda: task.s(x))` and `on_commit(lambda: chain(…))` send nothing.
    `on_commit(task.delay, x)` takes `x` for the name of a database.

    Reports lambdas and functions that are defined in a loop and read the loop's variable when
    they run, which is after the end of the loop. Reports `.id` and the like of
    `delay_on_commit` and `apply_async_on_commit`, which return None.

    ## Why is this bad?

    If it is sent immediately, the task may run before its row is committed, and `on_commit`
    raises TypeError because it gets no function. All hooks of a loop see its last value: one
    row is processed many times, and the others never.

    ## Example

    ```python
    from celery import shared_task
    from django.db import transaction


    @shared_task
    def index(pk):
        return pk


    def store(rows):
        with transaction.atomic():
            for row in rows:
                row.save()
                transaction.on_commit(lambda: index.delay(row.pk))
    ```

    ## Use instead

    ```python
    from functools import partial

    from celery import shared_task
    from django.db import transaction


    @shared_task
    def index(pk):
        return pk


    def store(rows):
        with transaction.atomic():
            for row in rows:
                row.save()
                transaction.on_commit(partial(index.delay, row.pk))
    ```

    Or `lambda pk=row.pk: index.delay(pk)`.

    ## Exempt

    Loops outside a transaction, or around one, because each hook then runs before the next
    iteration. Hooks after which the loop ends, by `break`, `return` or `raise`. Hooks for
    another database than that of the transaction. Only blocks and decorators of the same
    function count: `transaction.atomic` or those of the project that open one. Test code.
    """

    code = "CEL609"
    name = "on-commit-misuse"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the hooks that run too early or too late, and handles that are None."""
        for note in module.notes(CommitMisuse):
            problem, remedy = SAID[note.kind]
            problem, remedy = problem.format(name=note.name), remedy.format(name=note.name)
            yield self.about(module, note, problem, remedy)
