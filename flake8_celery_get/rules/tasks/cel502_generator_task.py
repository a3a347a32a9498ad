"""https://docs.celeryq.dev/en/stable/userguide/tasks.html"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.declarations.deferred import GENERATOR, Deferred
from flake8_celery_get.rule import LONGEST_MESSAGE, Rule, cut


class GeneratorTask(Rule):
    """A task is a generator, so its body never runs.

    ## What it does

    Reports a task with `yield` in its own body, also in the method `run` of a class that is
    registered as a task.

    ## Why is this bad?

    A worker calls the function, gets a generator, and treats it as the result. No code iterates
    over the generator, so not even its first line runs. With a result backend, storing it
    fails: `Object of type generator is not JSON serializable`. With `ignore_result=True` the
    task succeeds.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    def pages(count):
        for page in range(count):
            yield page
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task
    def pages(count):
        return list(range(count))
    ```

    ## Exempt

    `yield` in a function inside the task. Functions with another decorator below the task's,
    and tasks that a decorator of the project makes. Base classes that define `run` or
    `__call__`, which may iterate over the generator. Projects with a pool for coroutines, such
    as celery-aio-pool. Methods. Test code.
    """

    code = "CEL502"
    name = "generator-task"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the tasks of which nothing runs."""
        for note in module.notes(Deferred):
            if note.kind == GENERATOR:
                problem = "is a generator, so its body never runs"
                remedy = "return a list"
                name = cut(note.task, LONGEST_MESSAGE - len(f"task `` {problem}; {remedy}"))
                yield self.finding(module, note.at, f"task `{name}` {problem}", remedy)
