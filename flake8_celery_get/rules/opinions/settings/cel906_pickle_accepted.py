"""https://docs.celeryq.dev/en/stable/userguide/security.html#serializers"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.opinions.contents import PickleAccepted, Pickled
from flake8_celery_get.rule import Rule


class PickleAllowed(Rule):
    """Messages or results are pickled.

    ## What it does

    Reports `pickle` in `accept_content`, `task_serializer`, `result_serializer` and similar
    settings, and `serializer="pickle"` of a task or a send.

    ## Why is this bad?

    Unpickling executes code. Whoever can write a message to the broker, or a result to the
    backend, can execute any command in the worker, or in the program that reads the result.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.accept_content = ["json", "pickle"]
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.accept_content = ["json"]
    ```

    ## Exempt

    Values that can't be resolved. The project's own serializers. Test code.
    """

    code = "CEL906"
    name = "pickle-accepted"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the settings, tasks and sends that name pickle."""
        for note in module.notes(PickleAccepted):
            problem = f"`{note.setting}` allows pickle: a message can run any code"
            yield self.finding(module, note.at, problem, "use JSON")
        for pickled in module.notes(Pickled):
            problem = (
                "pickles the message: workers have to accept pickle, which can run any code"
            )
            yield self.about(module, pickled, problem, "use JSON")
