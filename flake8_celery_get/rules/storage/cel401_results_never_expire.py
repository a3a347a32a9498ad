"""https://docs.celeryq.dev/en/stable/userguide/configuration.html#result-expires"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.rule import UNSAFE, Rule

DAY = "86400"
"""Celery's default, in seconds."""


class ResultsNeverExpire(Rule):
    """Results never expire.

    ## What it does

    Reports `result_expires` set to `None` or `0`, also by its older names.

    ## Why is this bad?

    Both values disable expiry. The results of all tasks stay in Redis until it refuses
    writes or evicts other keys. A table in a database keeps growing. Without the setting,
    Celery keeps results for a day.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", backend="redis://localhost/0")
    app.conf.result_expires = 0
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", backend="redis://localhost/0")
    app.conf.result_expires = 3600
    ```

    ## Exempt

    `Celery(result_expires=None)`: the constructor ignores `None`. To keep no results at
    all, set `task_ignore_result`. Test code.

    ## Fix safety

    Unsafe: 86400 seconds, a day, is Celery's default. Code that reads older results no
    longer finds them.
    """

    code = "CEL401"
    name = "results-never-expire"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the places that switch expiry off."""
        for setting in module.settings("result_expires"):
            if setting.value is None or setting.value == 0:
                from flake8_celery_get.edit.constants import value_replaced  # loads libcst

                at, old = setting.place[1], str(setting.value)
                fix = value_replaced(module, at, old, DAY, f"Keep results for {DAY} s")
                problem = f"`result_expires = {old}` keeps results forever"
                remedy = "set a number of seconds, such as 86400"
                yield self.finding(module, at, problem, remedy, fix=fix)
