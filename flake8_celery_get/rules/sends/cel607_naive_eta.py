"""https://docs.celeryq.dev/en/stable/userguide/calling.html#eta-and-countdown"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.sent.naive_times import NaiveTime
from flake8_celery_get.rule import Rule


class NaiveEta(Rule):
    """A local time without a time zone is passed as `eta` or `expires`: workers read it as UTC.

    ## What it does

    Reports `eta` and `expires` that are made from `datetime.now()`, `datetime.today()`,
    `datetime.fromtimestamp(…)` or `datetime.combine(date.today(), …)`.

    ## Why is this bad?

    A time without a time zone is interpreted as UTC, regardless of the app's `timezone`. On a
    machine in New York, `datetime.now() + timedelta(minutes=5)` is four or five hours in the
    past: the task runs immediately, and a task with such an `expires` never runs. In Paris, it
    runs an hour or two late.

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

    Or `countdown=300`, which doesn't depend on a time zone.

    ## Exempt

    `datetime.utcnow()`, which workers interpret correctly. Times that are written out or parsed,
    which may be meant as UTC. Projects whose Django setting
    `TIME_ZONE` is UTC, which set `TZ` themselves, or which set `enable_utc=False`. Test code.
    """

    code = "CEL607"
    name = "naive-eta"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the local times that workers read as UTC."""
        for note in module.notes(NaiveTime):
            problem, remedy = (
                "is local time, but workers read it as UTC",
                "give it a time zone",
            )
            if module.code_at(note)[:1] in {'"', "'"}:  # the key of a dict of options
                yield self.finding(module, note.at, f"`{note.option}` {problem}", remedy)
            else:
                yield self.about(module, note, problem, remedy)
