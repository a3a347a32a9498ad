"""https://docs.celeryq.dev/en/stable/userguide/calling.html#eta-and-countdown"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.sent.naive_times import NaiveTime
from flake8_celery_get.rule import Rule


class NaiveEta(Rule):
    """A local time without a time zone is given as `eta` or `expires`: workers read it as UTC.

    ## What it does

    Reports `eta` and `expires` that are made from `datetime.now()` or `datetime.today()`.

    ## Why is this bad?

    A time without a time zone is read as UTC, whatever the app's `timezone` is. On a machine in
    New York, `datetime.now() + timedelta(minutes=5)` lies four or five hours in the past: the
    task runs at once, and one with such an `expires` never does. In Paris it runs an hour or two
    late.

    ## Example

    ```python
    from datetime import datetime, timedelta

    from celery import shared_task


    @shared_task
    def remind(user):
        return user


    def later(user):
        remind.apply_async((user,), eta=datetime.now() + timedelta(minutes=5))
    ```

    ## Use instead

    ```python
    from datetime import datetime, timedelta, timezone

    from celery import shared_task


    @shared_task
    def remind(user):
        return user


    def later(user):
        remind.apply_async((user,), eta=datetime.now(timezone.utc) + timedelta(minutes=5))
    ```

    Or `countdown=300`, which needs no clock.

    ## Exempt

    `datetime.utcnow()`, which is what workers take it for. Projects whose Django setting
    `TIME_ZONE` is UTC, which set `TZ` themselves, or which say `enable_utc=False`. Test code.
    """

    code = "CEL607"
    name = "naive-eta"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the local times that workers read as UTC."""
        for note in module.notes(NaiveTime):
            problem, remedy = (
                "is local time, and workers read it as UTC",
                "give it a time zone",
            )
            yield self.about(module, note, problem, remedy)
