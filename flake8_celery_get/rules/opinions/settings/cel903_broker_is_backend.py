"""https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Related
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.opinions.databases import SharedDatabase
from flake8_celery_get.rule import Rule


class BrokerIsBackend(Rule):
    """Messages and results share one Redis database.

    ## What it does

    Reports a `result_backend` with the host, the port and the database number of `broker_url`, and
    one that comes from the same variable of the environment, the same foreign setting or the
    same f-string.

    ## Why is this bad?

    Whoever empties the database to delete old results also deletes the messages in the queues.
    It is hard to tell which of them fills the memory.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://cache:6379/0", backend="redis://cache/0")
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://cache:6379/0", backend="redis://cache/1")
    ```

    Two servers are even better: results may be evicted when memory runs short, but messages
    must not.

    ## Exempt

    URLs that the environment can change separately, such as by two variables. URLs with a
    query. Other kinds of servers. Test code.
    """

    code = "CEL903"
    name = "broker-is-backend"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the backends that are the broker's own database."""
        for note in module.notes(SharedDatabase):
            path, (line, column, *_) = note.broker
            related = (Related(path, line, column, "the broker"),)
            database = (
                "the database" if note.number is None else f"Redis database {note.number}"
            )
            problem = f"results share {database} with the broker"
            yield self.finding(
                module, note.at, problem, "use another database number", related
            )
