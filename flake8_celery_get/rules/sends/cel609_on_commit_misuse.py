"""https://docs.djangoproject.com/en/stable/topics/db/transactions/"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.sent.on_commit import (
    LATE,
    NO_HANDLE,
    SENT_NOW,
    CommitMisuse,
)
from flake8_celery_get.rule import Rule

SAID = {
    SENT_NOW: ("sends the task now, not on commit", "use `partial(task.delay, …)`"),
    LATE: ("gets the last `{name}` of the loop each time", "use `partial(…)`"),
    NO_HANDLE: (
        "raises AttributeError: sends on commit return None",
        "leave `.{name}` out",
    ),
}


class OnCommitMisuse(Rule):
    """A send is handed to `on_commit` in a way that does not do what is meant.

    ## What it does

    Reports three things. `on_commit(task.delay(x))` calls `delay` now. A lambda, or a function
    that a loop defines, takes the loop's variable only when it runs, and all of one transaction
    run after its end. `delay_on_commit` and `apply_async_on_commit` return None: they have no
    `.id`.

    ## Why is this bad?

    Sent now, the task may run before its row is there, and `on_commit` raises TypeError, as it
    gets no function. The hooks of a loop all see its last value: one row is handled many times,
    the others never.

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

    Loops outside a transaction, or around one: there each hook runs before the next round. Only
    `with transaction.atomic()` and the decorator in the same function count. Test code.
    """

    code = "CEL609"
    name = "on-commit-misuse"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the hooks that run too early or too late, and handles that are None."""
        for note in module.notes(CommitMisuse):
            problem, remedy = SAID[note.kind]
            problem, remedy = problem.format(name=note.name), remedy.format(name=note.name)
            yield self.about(module, note, problem, remedy)
