"""https://docs.celeryq.dev/en/stable/userguide/security.html#serializers"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.opinions.contents import PickleAccepted
from flake8_celery_get.rule import Rule


class PickleAllowed(Rule):
    """Messages or results are pickled.

    ## What it does

    Reports `pickle` in `accept_content`, `task_serializer`, `result_serializer` and their
    like.

    ## Why is this bad?

    Unpickling runs code. Whoever can put a message into the broker, or a result into the
    backend, runs any command as the worker, or as the program that reads the result.

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

    Values that can't be read. Serializers of the project's own. Test code.
    """

    code = "CEL906"
    name = "pickle-accepted"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the settings that name pickle."""
        for note in module.notes(PickleAccepted):
            problem = f"`{note.setting}` allows pickle: a message can run any code"
            yield self.finding(module, note.at, problem, "use JSON")
