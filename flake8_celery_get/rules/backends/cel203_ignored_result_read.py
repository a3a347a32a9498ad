"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#ignore-results-you-don-t-want"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask import reads
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.rule import Rule

OUTCOMES = {
    reads.NONE_AT_ONCE: "returns None immediately, even if the task fails",
    reads.NEVER: "never returns",
    reads.PENDING: "stays PENDING forever",
    reads.FALSE: "stays False forever",
    reads.NONE: "stays None forever",
}
"""What becomes of ``.get()`` and the like, after the reason for it."""


class IgnoredResultRead(Rule):
    """A result is read, but its task doesn't store it.

    ## What it does

    Reports reads of a handle whose task has `ignore_result=True`.

    ## Why is this bad?

    The result is never available. `.get()` on the return value of `delay` returns `None`
    immediately, even if the task fails. Its state stays PENDING, and `ready()` stays false. A
    result that is made from the id, or comes from `send_task`, a group or a chain, doesn't know
    the option: `.get()` waits until its timeout, or forever.

    ## Example

    ```python
    from celery import shared_task


    @shared_task(ignore_result=True)
    def clean_up():
        return 3


    def report():
        return clean_up.delay().get(timeout=10)
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task
    def clean_up():
        return 3


    def report():
        return clean_up.delay().get(timeout=10)
    ```

    ## Exempt

    Results of `.apply()`, tasks with `store_errors_even_if_ignored=True`, and sends with
    `apply_async(ignore_result=False)`, which store the result since Celery 5.6.3. Test code,
    because the result is available if tasks run eagerly. Reads that are reported as a wait in a
    task, a view or a coroutine.
    """

    code = "CEL203"
    name = "ignored-result-read"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the reads that can't give a result."""
        if module.is_test:
            return
        for reading in reads.ignored_reads(module):
            note, outcome = reading.note, OUTCOMES[reading.outcome]
            is_set = module.ignores_by_setting(note.handle)
            option = "task_ignore_result=True" if is_set else "ignore_result=True"
            name = f"`{note.handle.task}`" if note.handle.task else "the task"
            why = f"`{option}` is set" if is_set else f"{name} has `{option}`"
            problem = f"{why}, so {reads.written(note)} {outcome}"
            yield self.finding(module, note.at, problem, f"remove `{option}`")
