"""https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#crontab-schedules"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.crontabs import Crontab
from flake8_celery_get.rule import Rule

UNITS = {
    "hour": "hours",
    "day_of_week": "days",
    "day_of_month": "days",
    "month_of_year": "months",
}
"""What each coarser field picks, the finest first."""


class CrontabEveryMinute(Rule):
    """A schedule that should run once a day runs every minute.

    ## What it does

    Reports a `crontab` with hours, days or months, but without `minute`.

    ## Why is this bad?

    A missing field means `"*"`. So `crontab(hour=3)` is due sixty times: at 3:00, at 3:01, and
    so on until 3:59. `crontab(day_of_week="sun")` is due 1,440 times each Sunday.

    ## Example

    ```python
    from celery import Celery
    from celery.schedules import crontab

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.beat_schedule = {
        "clean up": {"task": "proj.tasks.clean_up", "schedule": crontab(hour=3)},
    }
    ```

    ## Use instead

    ```python
    from celery import Celery
    from celery.schedules import crontab

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.beat_schedule = {
        "clean up": {"task": "proj.tasks.clean_up", "schedule": crontab(minute=0, hour=3)},
    }
    ```

    If you want every minute of these hours, write `crontab(minute="*", hour=3)`.

    ## Exempt

    `crontab()` alone, which means "every minute" in Celery's own documentation. A `crontab`
    with `*args` or `**fields` that can't be resolved, or whose first fields are filled by
    `partial`. Test code.
    """

    code = "CEL606"
    name = "crontab-every-minute"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the schedules whose minutes nobody chose."""
        for note in module.notes(Crontab):
            units = [unit for field, unit in UNITS.items() if field in note.fields]
            if units and "minute" not in note.fields:
                problem = f"runs every minute of its {units[0]}"
                if note.hour is not None:
                    first, last = f"{note.hour:02}:00", f"{note.hour:02}:59"
                    problem = f"runs every minute from {first} to {last}"
                yield self.about(module, note, problem, "add `minute=0`")
