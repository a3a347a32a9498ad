"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#rpc-result-backend-rabbitmq-qpid"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask import reads
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.noticed.notes import Rebuilt
from flake8_celery_get.rule import Rule, where_backend_is_said

OF_GROUP = "raises NotImplementedError: `rpc://` can't save or restore groups"
BY_ID = (
    "can't look up a result by id: "
    "`rpc://` delivers results only to the process that sent the task"
)


class ResultByIdOverRpc(Rule):
    """A result is read by its id, but the backend delivers results only to the sender.

    ## What it does

    Reports reads of a handle that is made from an id, `.save()` of a group and
    `GroupResult.restore(id)`, where `result_backend` is `rpc://`.

    ## Why is this bad?

    The `rpc://` backend stores nothing. A result is a message to the thread that sent the task,
    and it is read once. Every other thread or process sees PENDING forever, and its `.get()`
    never returns. `save` and `restore` raise `NotImplementedError`.

    ## Example

    ```python
    from celery import Celery
    from celery.result import AsyncResult

    app = Celery("proj", broker="amqp://localhost", backend="rpc://")


    def progress(task_id):
        return AsyncResult(task_id, app=app).state
    ```

    ## Use instead

    ```python
    from celery import Celery
    from celery.result import AsyncResult

    app = Celery("proj", broker="amqp://localhost", backend="redis://localhost")


    def progress(task_id):
        return AsyncResult(task_id, app=app).state
    ```

    ## Exempt

    Ids that come from a result in the same code, which has sent the task itself. Test code,
    which may have its own settings.
    """

    code = "CEL204"
    name = "result-by-id-over-rpc"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the reads that only the sender could make."""
        if module.is_test:
            return
        for note in reads.reads_by_id(module):
            is_group = isinstance(note, Rebuilt) or note.name == "save"
            problem = f"{reads.written(note)} {OF_GROUP if is_group else BY_ID}"
            related = where_backend_is_said(module.backend(note.handle))
            yield self.finding(module, note.at, problem, "use another backend", related)
