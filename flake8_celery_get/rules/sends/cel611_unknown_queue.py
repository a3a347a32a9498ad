"""https://docs.celeryq.dev/en/stable/userguide/routing.html#manual-routing"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.names.queues import UnknownQueue
from flake8_celery_get.rule import Rule, cut

LONGEST_NAME = 35


class UnknownQueueName(Rule):
    """A task is sent to a queue that is not declared.

    ## What it does

    Reports a queue that is not in `task_queues`, but differs by one letter from one of them: in
    a send, in a task's decorator, in `task_routes`, or in the options of a schedule's entry.
    With `task_create_missing_queues=False`, every queue that is not declared is reported, also
    the default queue `celery`: Celery declares it only if `task_queues` is empty.

    ## Why is this bad?

    By default, Celery creates the queue when the first message is sent. No worker takes
    messages from it unless it is started with exactly this name. With
    `task_create_missing_queues=False` each send raises `QueueNotFound`.

    ## Example

    ```python
    from celery import Celery
    from kombu import Queue

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.task_queues = [Queue("celery"), Queue("reports")]


    @app.task
    def build(month):
        return month


    def start(month):
        build.apply_async((month,), queue="report")
    ```

    ## Use instead

    ```python
    from celery import Celery
    from kombu import Queue

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.task_queues = [Queue("celery"), Queue("reports")]


    @app.task
    def build(month):
        return month


    def start(month):
        build.apply_async((month,), queue="reports")
    ```

    ## Exempt

    Projects that declare no queues, or whose `task_queues` can't be resolved. Names that
    differ only in a digit, such as `worker1` and `worker2`. Test code.
    """

    code = "CEL611"
    name = "unknown-queue"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the names of queues that nobody declares."""
        for note in module.notes(UnknownQueue):
            what = f"queue `{cut(note.name, LONGEST_NAME)}` is not in `task_queues`"
            problem = f"{what}: the send raises QueueNotFound" if note.raises else what
            remedy = f"did you mean `{note.meant}`?" if note.meant else "declare it"
            yield self.finding(module, note.at, problem, remedy)
