"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#built-in-states"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.known.celery_words import READY_STATES
from flake8_celery_get.model.noticed.notes import Polling
from flake8_celery_get.rule import UNSAFE, Rule


class WaitOnlyForSuccess(Rule):
    """A loop waits until a task succeeds, and never ends if it fails.

    ## What it does

    Reports `while` loops that check a state, end when it is `SUCCESS`, and continue forever
    when it is `FAILURE` or `REVOKED`.

    ## Why is this bad?

    A finished task keeps its state. One that failed is `FAILURE` until its result expires. One
    that was revoked, or that expired before a worker received it, is `REVOKED`: then
    `.successful()` and `.failed()` are both false. So a loop that only checks for success, or
    for success and failure, runs until somebody kills it.

    ## Example

    ```python
    import time

    from celery.result import AsyncResult


    def wait_for(task_id):
        result = AsyncResult(task_id)
        while result.state != "SUCCESS":
            time.sleep(1)
        return result.result
    ```

    ## Use instead

    ```python
    from celery.result import AsyncResult


    def wait_for(task_id):
        return AsyncResult(task_id).get(timeout=60)
    ```

    If it has to be a loop, end it when `.ready()` is true, and give it a limit.

    ## Exempt

    Test code, and loops that something else may end: a number of attempts, a deadline, a `break`,
    `return` or `raise` for another reason, a call that may raise, a `yield`, a time limit in the
    same function. Loops that send the task again are exempt, too.

    ## Fix safety

    Unsafe: the loop then also ends after a failure, and the following code has to check how the
    task ended. Only a condition that checks nothing but the state has a fix.
    """

    code = "CEL304"
    name = "wait-only-for-success"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the loops that only a success ends."""
        if module.is_test:
            return
        for note in module.notes(Polling):
            if "SUCCESS" in note.ends_in and not note.ends_in >= READY_STATES:
                from flake8_celery_get.edit.reads import waited_until_ready  # loads libcst

                is_revoked = "FAILURE" in note.ends_in
                yield self.about(
                    module,
                    note,
                    f"never ends if the task {'is revoked' if is_revoked else 'fails'}",
                    "wait until `.ready()` is true",
                    waited_until_ready(module, note.at),
                )
