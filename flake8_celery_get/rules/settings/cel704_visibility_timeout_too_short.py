"""https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html#visibility-timeout"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.delays.too_late import TooLate
from flake8_celery_get.rule import Rule


class VisibilityTimeoutTooShort(Rule):
    """A task is delivered twice because it takes longer than the broker's visibility timeout.

    ## What it does

    Reports a `countdown`, an `eta`, a retry's delay, or the time limit of a task with
    `acks_late`, that is a literal and longer than the visibility timeout of a Redis or SQS
    broker: 3600 seconds for Redis and 1800 for SQS, unless `broker_transport_options` has
    another. `task_acks_late` and `task_time_limit` count, too, and so do the attributes of a
    task's class, `retry_kwargs`, the options of a schedule's entry, and a `retry_backoff_max`
    that the last retry reaches.

    ## Why is this bad?

    A worker takes a delayed message immediately, but acknowledges it only when it is due. A
    message that is not acknowledged within the visibility timeout is considered lost, and
    delivered again. With Redis, this is checked about every 100 seconds. The task runs twice,
    or more often.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)


    @app.task
    def remind(user):
        return user


    def remind_tomorrow(user):
        remind.apply_async((user,), countdown=24 * 60 * 60)
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.broker_transport_options = {"visibility_timeout": 25 * 60 * 60}


    @app.task
    def remind(user):
        return user


    def remind_tomorrow(user):
        remind.apply_async((user,), countdown=24 * 60 * 60)
    ```

    Lost messages are then also detected later. For delays of days, a table of due tasks and a
    schedule that reads it are safer.

    ## Exempt

    RabbitMQ and other brokers without such a timeout. Computed times. Projects whose
    `visibility_timeout` can't be resolved. Test code.
    """

    code = "CEL704"
    name = "visibility-timeout-too-short"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield what is longer than the timeout."""
        for note in module.notes(TooLate):
            is_longer = f"exceeds the visibility timeout of {note.timeout} s"
            runs = "may run" if note.what.endswith("time_limit") else "runs"
            problem = (
                f"`{note.what}` of {note.seconds} s {is_longer}, so the task {runs} twice"
            )
            remedy = f"raise the timeout above {note.seconds} s"
            yield self.finding(module, note.at, problem, remedy)
