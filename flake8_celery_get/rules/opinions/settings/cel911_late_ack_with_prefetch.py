"""https://docs.celeryq.dev/en/stable/userguide/optimizing.html#reserve-one-task-at-a-time"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.opinions.running import Hoarding
from flake8_celery_get.rule import Rule


class LateAckWithPrefetch(Rule):
    """Tasks are acknowledged late, and workers reserve several at once.

    ## What it does

    Reports `acks_late`, for a task or for all, while `worker_prefetch_multiplier` is above 1.
    Its default is 4.

    ## Why is this bad?

    Late acknowledgement is for long tasks. A worker reserves four messages for each of its
    processes: short tasks wait behind long ones while other workers are idle. If the worker is
    lost, all reserved messages are delivered again.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.task_acks_late = True
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.task_acks_late = True
    app.conf.worker_prefetch_multiplier = 1
    ```

    ## Exempt

    Settings that can't be resolved, or that the environment can change. Projects that start
    workers with `--prefetch-multiplier`.
    """

    code = "CEL911"
    name = "late-ack-with-prefetch"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the places that ask for late acknowledgement."""
        for note in module.notes(Hoarding):
            many = f"workers reserve {note.multiplier} tasks per process"
            problem = f"{many} and acknowledge them late"
            yield self.finding(
                module, note.at, problem, "set `worker_prefetch_multiplier = 1`"
            )
