"""https://docs.celeryq.dev/en/stable/userguide/routing.html#automatic-routing"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.written.removed import OldOption
from flake8_celery_get.rule import Rule


class RemovedTaskAttribute(Rule):
    """A task is routed by an option that Celery 6 no longer reads.

    ## What it does

    Reports `queue`, `exchange`, `exchange_type`, `routing_key`, `delivery_mode` and `priority`
    among the options of a task's decorator.

    ## Why is this bad?

    Celery 5.7 warns that these attributes are removed in version 6.0. From then on, the task is
    sent to the default queue, where another worker or no worker takes it.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)


    @app.task(name="proj.build", queue="reports")
    def build(month):
        return month
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.task_routes = {"proj.build": {"queue": "reports"}}


    @app.task(name="proj.build")
    def build(month):
        return month
    ```

    ## Exempt

    The options of a single send: `build.apply_async((1,), queue="reports")`. The project's own
    decorators. Test code.
    """

    code = "CEL802"
    name = "removed-task-attribute"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the options that a route has to take over."""
        for note in module.notes(OldOption):
            problem = f"Celery 6 doesn't read `{note.option}` of a task"
            yield self.finding(module, note.at, problem, "put it into `task_routes`")
