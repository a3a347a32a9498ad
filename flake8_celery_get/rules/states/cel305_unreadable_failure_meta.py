"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#custom-states"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.ask.states import is_unreadable
from flake8_celery_get.model.noticed.notes import StateUpdate
from flake8_celery_get.rule import UNSAFE, Rule

PROBLEM = (
    "FAILURE without `exc_type` makes every later `.state` and `.get()` raise ValueError"
)
REMEDY = "raise the exception, or add `exc_type`"


class UnreadableFailureMeta(Rule):
    """A task stores a failure in a form that can't be read.

    ## What it does

    Reports `update_state` and `store_result` with the state `FAILURE`, `RETRY` or `REVOKED`
    and a `meta` that is a text, or a dict without the key `exc_type`.

    ## Why is this bad?

    For these states, Celery interprets the stored value as an exception. Every later
    `.state`, `.ready()` or `.get()` raises `ValueError: Exception information must include
    the exception type`. With Redis and other key-value backends, the worker reads the
    stored value before it stores the task's real outcome. This read fails, too, and the
    result stays unreadable until it expires. A database keeps the outcome, unless the task
    then raises `Ignore()`.

    ## Example

    ```python
    from celery import shared_task


    @shared_task(bind=True)
    def load(self, path):
        try:
            return open(path).read()
        except OSError as error:
            self.update_state(state="FAILURE", meta={"error": str(error)})
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task(bind=True)
    def load(self, path):
        return open(path).read()
    ```

    An exception that the task raises is stored as its failure. To store more than that, add
    the keys `exc_type` and `exc_message` to `meta`, and raise `Ignore()` afterwards.

    ## Exempt

    A `meta` whose keys can't be resolved, and an empty one. Test code.

    ## Fix safety

    Unsafe: inside `except … as error` the keys `exc_type` and `exc_message` are added, and
    the result can be read. The task still has to `raise`, otherwise its return value
    replaces them.
    """

    code = "CEL305"
    name = "unreadable-failure-meta"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the places that store such a failure."""
        for note in module.notes(StateUpdate):
            if is_unreadable(note):
                from flake8_celery_get.edit.failures import (
                    told_by_exception,
                )  # loads libcst

                fix = told_by_exception(module, note.at)
                yield self.finding(module, note.at, PROBLEM, REMEDY, fix=fix)
