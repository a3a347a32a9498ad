"""https://docs.celeryq.dev/en/stable/userguide/tasks.html"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.declarations.deferred import COROUTINE, Deferred
from flake8_celery_get.rule import LONGEST_MESSAGE, Rule, cut


class CoroutineTask(Rule):
    """A task is an `async def`, which Celery never awaits.

    ## What it does

    Reports an `async def` with one of Celery's task decorators, and an `async def run` of a
    class that is registered as a task.

    ## Why is this bad?

    A worker calls the function, gets a coroutine, and treats it as the result. The body never
    runs. With a result backend, storing the coroutine fails: `Object of type coroutine is not
    JSON serializable`. With `ignore_result=True` the task even succeeds.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    async def refresh(url):
        await download(url)


    async def download(url): ...
    ```

    ## Use instead

    ```python
    import asyncio

    from celery import shared_task


    @shared_task
    def refresh(url):
        asyncio.run(download(url))


    async def download(url): ...
    ```

    ## Exempt

    Projects with a pool, a tracer or a base class that awaits coroutines, such as
    celery-aio-pool. Base classes, of one task or of all (`task_cls`), that define `run` or
    `__call__`, or that can't be read. Functions with another decorator below the task's, such
    as `@async_to_sync`, and tasks that a decorator of the project makes. Methods. Test code.
    """

    code = "CEL501"
    name = "coroutine-task"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the tasks that nobody awaits."""
        for note in module.notes(Deferred):
            if note.kind == COROUTINE:
                problem = "is `async def`, which Celery never awaits"
                remedy = "write `def` and `asyncio.run(…)`"
                name = cut(note.task, LONGEST_MESSAGE - len(f"task `` {problem}; {remedy}"))
                yield self.finding(module, note.at, f"task `{name}` {problem}", remedy)
