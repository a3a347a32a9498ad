"""https://docs.celeryq.dev/en/stable/userguide/calling.html"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.calls_in_views import CalledInView
from flake8_celery_get.rule import Rule


class TaskCalledAsFunctionInView(Rule):
    """A view calls a task as a plain function, so it runs in the web process.

    ## What it does

    Reports `task(…)` in the body of a view, where `task.delay(…)` would send it.

    ## Why is this bad?

    The call runs immediately, without a worker, retries or time limits. The visitor waits for
    code that was made a task because it takes long. Often `.delay` was forgotten, and no test
    detects it.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    def build_report(year):
        return year


    def report(request, year):
        build_report(year)
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task
    def build_report(year):
        return year


    def report(request, year):
        build_report.delay(year)
    ```

    If it should run here, write `build_report.run(year)`, or move the code into a function that
    both call.

    ## Exempt

    `task.run(…)` and `task.apply(…)`. Calls in functions that a view calls. Test code.
    """

    code = "CEL905"
    name = "task-called-as-function-in-view"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the calls that run a task in the web process."""
        for note in module.notes(CalledInView):
            problem = "runs the task in the web process"
            yield self.about(module, note, problem, "send it with `.delay(…)`")
