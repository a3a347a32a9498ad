"""https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#entries"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.opinions.schedules import OverlappingSchedule
from flake8_celery_get.rule import Rule


class ScheduleFasterThanTimeLimit(Rule):
    """A schedule starts a task more often than its time limit allows it to finish.

    ## What it does

    Reports an entry of a beat schedule whose interval is shorter than the time limit of its
    task.

    ## Why is this bad?

    Beat doesn't check whether the last run has ended. Two runs may work on the same data at the
    same time, and messages pile up if the task uses its whole time limit.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.beat_schedule = {
        "load": {"task": "load", "schedule": 60},
    }


    @app.task(name="load", time_limit=300)
    def load():
        return 1
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.beat_schedule = {
        "load": {"task": "load", "schedule": 600},
    }


    @app.task(name="load", time_limit=300)
    def load():
        return 1
    ```

    ## Exempt

    Tasks and limits that can't be resolved. A `crontab` with irregular intervals. Test code.
    """

    code = "CEL913"
    name = "schedule-faster-than-time-limit"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the entries that may overlap."""
        for note in module.notes(OverlappingSchedule):
            problem = f"is due every {note.every} s but may run for {note.limit} s"
            name = f"`{note.task}` {problem}"
            yield self.finding(
                module, note.at, name, "lower the limit or start it less often"
            )
