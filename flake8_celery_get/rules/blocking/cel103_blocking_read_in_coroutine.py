"""https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Fix
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.noticed.waits import Wait
from flake8_celery_get.model.reach.entries import COROUTINE, Entry
from flake8_celery_get.model.reach.placement.causes import Cause
from flake8_celery_get.rule import UNSAFE, Rule


class BlockingReadInCoroutine(Rule):
    """A coroutine waits for the result of a task and blocks the event loop.

    ## What it does

    Reports blocking reads in any `async def` that is neither a task nor a view.

    Where only coroutines call a helper that waits, the finding is inside it and names the
    coroutines. Where other code calls it too, the finding is on each coroutine's call of it.

    ## Why is this bad?

    A Celery result can't be awaited. Its `.get()` blocks the thread, so nothing else on the
    event loop runs until the task is done.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    def make_report(year):
        return f"/reports/{year}.pdf"


    async def publish(year):
        result = make_report.delay(year)
        return result.get(timeout=30)
    ```

    ## Use instead

    ```python
    import asyncio

    from celery import shared_task


    @shared_task
    def make_report(year):
        return f"/reports/{year}.pdf"


    async def publish(year):
        result = make_report.delay(year)
        return await asyncio.to_thread(result.get, timeout=30)
    ```

    ## Exempt

    Reads that are only reached once the result is ready, and reads in a thread. A coroutine
    that only tasks or only views run is a helper of theirs: its reads are CEL101 or CEL102.

    ## Fix safety

    Unsafe: other code of the event loop runs during `await asyncio.to_thread(..)`, and the
    number of threads is limited. A read in a function that the coroutine calls has no fix.
    """

    code = "CEL103"
    name = "blocking-read-in-coroutine"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield what makes coroutines wait."""
        for cause in module.causes(COROUTINE, _can_block):
            problem, remedy = "blocks the event loop", _remedy(module, cause)
            yield self.suffered(module, cause, problem, remedy, _fix(module, cause))


def _can_block(_: Entry, wait: Wait) -> bool:
    return wait.can_block


def _remedy(module: Module, cause: Cause) -> str:
    """The call that hands the waiting to a thread."""
    read = cause.wait.read
    if cause.wait.hops:
        return f"use `await asyncio.to_thread({cause.wait.hops[0].name}, …)`"
    if read.method == "~":
        return "use `await asyncio.to_thread(result.get, timeout=…)`"
    return f"use `await asyncio.to_thread(result.{read.method}, timeout=…)`"


def _fix(module: Module, cause: Cause) -> Fix | None:
    if not cause.is_own or cause.wait.hops:
        return None
    from flake8_celery_get.edit.reads import handed_to_a_thread  # loads libcst

    return handed_to_a_thread(module, cause.at)
