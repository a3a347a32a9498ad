"""https://docs.celeryq.dev/en/stable/userguide/canvas.html#callbacks"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Fix
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.noticed.waits import Wait
from flake8_celery_get.model.reach.entries import COROUTINE, TASK, VIEW, Entry
from flake8_celery_get.model.reach.placement.causes import Cause
from flake8_celery_get.rule import UNSAFE, Rule


class BusyWaitForResult(Rule):
    """A task, view or coroutine polls a result in a loop.

    ## What it does

    Reports loops that poll `.ready()`, `.state` and the like of the same handle.

    The finding is on the loop. Where code outside of tasks, views and coroutines calls the
    function with the loop too, the finding is on the calls of that function.

    ## Why is this bad?

    Polling in a loop is waiting, too. Celery's check for waits inside tasks doesn't detect it,
    so there is no warning before all worker processes wait for each other.

    ## Example

    ```python
    import time

    from celery import shared_task


    @shared_task
    def fetch(url):
        return len(url)


    @shared_task
    def report(url):
        result = fetch.delay(url)
        while not result.ready():
            time.sleep(1)
        return result.result
    ```

    ## Use instead

    ```python
    from celery import chain, shared_task


    @shared_task
    def fetch(url):
        return len(url)


    @shared_task
    def render(size):
        return f"{size} bytes"


    def report(url):
        return chain(fetch.s(url), render.s()).delay()
    ```

    ## Exempt

    Loops in a coroutine that `await asyncio.sleep(..)` between polls.

    ## Fix safety

    Unsafe: in a coroutine `time.sleep(..)` becomes `await asyncio.sleep(..)`, and other code of
    the event loop runs meanwhile. Loops in tasks and other views have no fix.
    """

    code = "CEL105"
    name = "busy-wait-for-result"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the polling loops that entries lead to."""
        for kind in (TASK, VIEW, COROUTINE):
            for cause in module.causes(kind, _is_busy):
                entry = cause.ways[0].entry
                fix = _fix(module, cause)
                yield self.suffered(module, cause, "polls", _remedy(entry), fix)


def _is_busy(entry: Entry, wait: Wait) -> bool:
    handle = wait.read.handle
    return (
        wait.read.is_poll
        and not handle.supposed
        and not handle.stores_nothing  # CEL203
        and not _gives_way(entry, wait)
    )


def _fix(module: Module, cause: Cause) -> Fix | None:
    entry = cause.ways[0].entry
    if not cause.is_own or cause.wait.hops:
        return None
    if not (entry.kind == COROUTINE or entry.is_async):
        return None
    from flake8_celery_get.edit.reads import slept_by_the_loop  # loads libcst

    return slept_by_the_loop(module, cause.at)


def _gives_way(entry: Entry, wait: Wait) -> bool:
    return wait.read.awaits and (entry.is_async or entry.kind == COROUTINE)


def _remedy(entry: Entry) -> str:
    if entry.kind == "task":
        return "use a chain or a callback"
    if entry.kind == COROUTINE or entry.is_async:
        return "sleep with `await asyncio.sleep(…)`"
    return "return the task id and poll a status endpoint"
