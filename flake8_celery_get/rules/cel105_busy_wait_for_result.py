"""https://docs.celeryq.dev/en/stable/userguide/canvas.html#callbacks"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Fix
from flake8_celery_get.model.entries import COROUTINE, Entry
from flake8_celery_get.model.module import Module
from flake8_celery_get.model.waits import Wait
from flake8_celery_get.rule import UNSAFE, Rule


class BusyWaitForResult(Rule):
    """A task, view or coroutine asks again and again whether a result is ready.

    ## What it does

    Reports loops that poll `.ready()`, `.state` and the like of the same handle.

    ## Why is this bad?

    It is a wait by another name. Celery's check for waits inside tasks does not see it, so
    nothing warns before all worker processes wait for each other.

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
        """Yield the polling loops that each entry leads to."""
        for entry in (*module.tasks, *module.views, *module.coroutines):
            for wait in entry.waits:
                if (
                    wait.read.is_poll
                    and not wait.read.handle.supposed
                    and not wait.read.handle.stores_nothing  # CEL203
                    and not _gives_way(entry, wait)
                ):
                    where, remedy = _where(entry), _remedy(entry)
                    yield self.waiting(
                        module, wait, where, remedy, _fix(module, entry, wait)
                    )


def _fix(module: Module, entry: Entry, wait: Wait) -> Fix | None:
    if wait.hops or not (entry.kind == COROUTINE or entry.is_async):
        return None
    from flake8_celery_get.edit.reads import slept_by_the_loop  # loads libcst

    return slept_by_the_loop(module, wait.at)


def _gives_way(entry: Entry, wait: Wait) -> bool:
    return wait.read.awaits and (entry.is_async or entry.kind == COROUTINE)


def _where(entry: Entry) -> str:
    return f"inside {entry.kind} `{entry.name}`"


def _remedy(entry: Entry) -> str:
    if entry.kind == "task":
        return "use a chain or a callback"
    if entry.kind == COROUTINE or entry.is_async:
        return "`await asyncio.sleep(..)` between polls"
    return "return the id, poll a status endpoint"
