"""https://docs.celeryq.dev/en/stable/userguide/calling.html#expiration"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.opinions.schedules import UnexpiringSchedule
from flake8_celery_get.rule import Rule


class ScheduleWithoutExpiry(Rule):
    """A scheduled message may wait in its queue forever.

    ## What it does

    Reports an entry of a schedule without `expires` among its options, if its task has none
    either.

    ## Why is this bad?

    While no worker runs, beat continues to send. The next worker then runs every missed round.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.beat_schedule = {
        "load": {"task": "load", "schedule": 60},
    }


    @app.task(name="load")
    def load():
        return 1
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.beat_schedule = {
        "load": {"task": "load", "schedule": 60, "options": {"expires": 60}},
    }


    @app.task(name="load")
    def load():
        return 1
    ```

    ## Exempt

    Tasks of other packages. Tasks and options that can't be resolved. CEL902 reports these
    entries as well, and all other sends. Test code.
    """

    code = "CEL914"
    name = "schedule-without-expiry"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the entries that never expire."""
        for note in module.notes(UnexpiringSchedule):
            problem = f"messages for `{note.task}` pile up while no worker runs"
            yield self.finding(module, note.at, problem, "add the option `expires`")
