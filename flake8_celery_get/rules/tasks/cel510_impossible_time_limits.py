"""https://docs.celeryq.dev/en/stable/userguide/workers.html#time-limits"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.declarations.limits import ImpossibleLimits
from flake8_celery_get.rule import Rule


class ImpossibleTimeLimits(Rule):
    """A soft time limit is not below the hard one, so it never takes effect.

    ## What it does

    Reports a `soft_time_limit` at or above the `time_limit`: of a task, of an app, of a task
    and its app together, of a single send, perhaps together with its task, or of an entry of a
    schedule.

    ## Why is this bad?

    The soft limit raises `SoftTimeLimitExceeded` in the task, so that it can clean up. The hard
    limit kills its process. If that happens first, or at the same time, nothing is cleaned up.
    Since Celery 5.5, `delay` rejects a task whose soft limit is greater: `ValueError:
    soft_time_limit must be less than or equal to time_limit`.

    ## Example

    ```python
    from celery import shared_task


    @shared_task(soft_time_limit=600, time_limit=300)
    def build_report(year):
        return year
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task(soft_time_limit=300, time_limit=360)
    def build_report(year):
        return year
    ```

    ## Exempt

    0 and None, which mean no limit. Tasks whose limits `task_annotations` sets. Limits that
    can't be resolved, or that the environment can change, unless the same variable is both.
    Test code.
    """

    code = "CEL510"
    name = "impossible-time-limits"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the soft limits that never come first."""
        for note in module.notes(ImpossibleLimits):
            yield self.finding(module, note.at, _problem(note), "lower the soft limit")


def _problem(note: ImpossibleLimits) -> str:
    if note.both:
        both = f"soft and hard time limit are both `{note.both}`"
        return f"{both}, so the soft one never takes effect"
    soft, hard = f"{note.soft:g} s", f"{note.hard:g} s"
    problem = f"soft time limit of {soft} is not below the hard limit of {hard}"
    return f"{problem}, so it never takes effect"
