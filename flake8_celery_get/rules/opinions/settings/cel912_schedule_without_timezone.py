"""https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#time-zones"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.opinions.schedules import ZonelessSchedule
from flake8_celery_get.rule import Rule


class ScheduleWithoutTimezone(Rule):
    """A schedule's hours are in UTC because no timezone is set.

    ## What it does

    Reports a `crontab` with hours, days or months, in a project whose apps set no
    `timezone`.

    ## Why is this bad?

    `crontab(minute=0, hour=9)` runs at 9:00 UTC. For most people, that is a different local
    time, and it shifts when daylight saving time begins.

    ## Example

    ```python
    from celery import Celery
    from celery.schedules import crontab

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.beat_schedule = {
        "remind": {"task": "proj.remind", "schedule": crontab(minute=0, hour=9)},
    }
    ```

    ## Use instead

    ```python
    from celery import Celery
    from celery.schedules import crontab

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.timezone = "Europe/Rome"
    app.conf.beat_schedule = {
        "remind": {"task": "proj.remind", "schedule": crontab(minute=0, hour=9)},
    }
    ```

    ## Exempt

    Apps with Django's settings, whose `TIME_ZONE` applies. An explicit `timezone = "UTC"`.
    Test code.
    """

    code = "CEL912"
    name = "schedule-without-timezone"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the schedules that leave the timezone open."""
        for note in module.notes(ZonelessSchedule):
            problem = "is in UTC because no `timezone` is set"
            yield self.about(module, note, problem, "set it, even if only to UTC")
