"""https://docs.celeryq.dev/en/stable/reference/celery.result.html#celery.result.AsyncResult.get"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.rule import UNSAFE, Rule, fitted

REMEDY = "pass `timeout=…`"


class ReadWithoutTimeout(Rule):
    """Code outside tasks and views waits for a result without a timeout.

    ## What it does

    Reports blocking reads without `timeout` that no task, view or coroutine leads to.

    ## Why is this bad?

    An unknown id, an expired result, a lost message or a stopped worker all look the same:
    PENDING. Without `timeout`, the read never returns.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    def make_report(year):
        return f"/reports/{year}.pdf"


    def export(year):
        return make_report.delay(year).get()
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task
    def make_report(year):
        return f"/reports/{year}.pdf"


    def export(year):
        return make_report.delay(year).get(timeout=600)
    ```

    Up to Celery 5.6, `timeout=0` means no timeout for most backends. To ask without
    waiting, use `.ready()`.

    ## Exempt

    Test code, `__invert__`, code that only `if __name__ == "__main__":` leads to, reads
    that are only reached once the result is ready, and results of `.apply()`.

    ## Fix safety

    Unsafe: `timeout=60` raises `TimeoutError` after a minute, where the code would have
    kept waiting. Only you know the right timeout, and what to do after it. `.get_leaf()`
    and `~signature` accept no timeout, and have no fix.
    """

    code = "CEL104"
    name = "read-without-timeout"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the plain functions' own reads that may never come back."""
        if module.is_test:
            return
        for entry in module.functions:
            if entry.name.rpartition(".")[2] == "__invert__":
                continue  # `~signature` accepts no timeout
            for wait in entry.waits:
                if wait.hops or wait.allowed or not wait.can_block:
                    continue
                if wait.read.handle.stores_nothing:
                    continue  # CEL203: no timeout makes it come
                if wait.read.has_timeout or module.reported_elsewhere(wait):
                    continue
                if not module.is_script(entry):
                    from flake8_celery_get.edit.reads import limited  # loads libcst

                    fix = limited(module, wait.at)
                    source = module.source(wait)
                    told = fitted(
                        source,
                        ["{} has no timeout and waits forever if no result comes"],
                        REMEDY,
                    )
                    yield self.finding(module, wait.at, told, REMEDY, fix=fix)
