"""https://docs.celeryq.dev/en/stable/userguide/configuration.html#broker-url"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.opinions.contents import PasswordWritten
from flake8_celery_get.rule import Rule


class PasswordInUrl(Rule):
    """The URL of a broker or a result backend contains a password.

    ## What it does

    Reports a literal password in `broker_url`, `broker_read_url`, `broker_write_url` or
    `result_backend`.

    ## Why is this bad?

    Everybody who can read the code can read the password, and it stays in the history after it
    has been removed.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="amqp://shop:x7Gt2kQ@mq.example.org//", task_ignore_result=True)
    ```

    ## Use instead

    ```python
    import os

    from celery import Celery

    app = Celery("proj", broker=os.environ["BROKER_URL"], task_ignore_result=True)
    ```

    ## Exempt

    `guest`, other well-known placeholders such as `password` or `changeme`, a password that is
    the user's name, and templates such as `<password>`. Defaults of environment variables. Test
    code.
    """

    code = "CEL907"
    name = "password-in-url"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the URLs with a password."""
        for note in module.notes(PasswordWritten):
            problem = f"`{note.setting}` contains a password"
            yield self.finding(module, note.at, problem, "read it from the environment")
