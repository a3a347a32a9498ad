"""https://docs.celeryq.dev/en/stable/internals/deprecation.html"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Fix
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.noticed.notes import Access
from flake8_celery_get.model.usage.celery6.old_imports import OldImport
from flake8_celery_get.model.usage.sent.old_methods import OldMethod
from flake8_celery_get.rule import SAFE, UNSAFE, Rule
from flake8_celery_get.source.code import Span

RENAMED = {"wait": "get", "status": "state", "task_id": "id"}
"""Attributes of a result, and what they are another name for."""


class RemovedCall(Rule):
    """Code uses a name that Celery 6 removes.

    ## What it does

    Reports `result.wait()`, `result.status`, `result.task_id` and `task.subtask()`, imports of
    old modules such as `celery.task`, `celery.execute` and `celery.decorators`, and old names
    such as `task_sent` and `RetryTaskError`.

    ## Why is this bad?

    They are aliases for old code, and marked "remove 6.0" in Celery. `celery.task` and
    `celery.decorators` were removed in Celery 5.

    ## Example

    ```python
    from celery import shared_task
    from flask import Flask

    web = Flask(__name__)


    @shared_task
    def add(x, y):
        return x + y


    @web.route("/add")
    def start():
        result = add.delay(1, 2)
        return {"id": result.task_id}
    ```

    ## Use instead

    ```python
    from celery import shared_task
    from flask import Flask

    web = Flask(__name__)


    @shared_task
    def add(x, y):
        return x + y


    @web.route("/add")
    def start():
        result = add.delay(1, 2)
        return {"id": result.id}
    ```

    ## Exempt

    Attributes of objects that may not be results. Test code.

    ## Fix safety

    Safe where both names are the same, also for imports: what is imported is renamed in the whole
    file. `task` and `Task` of Celery 4 become `shared_task` and `Task` of `celery`, which do
    nearly the same, and a receiver of `task_sent` gets other arguments: these fixes are unsafe.
    So are those that use methods of `celery.current_app` instead of functions: `revoke` becomes
    `current_app.control.revoke`. Other imports of old modules have no fix.
    """

    code = "CEL803"
    name = "removed-call"
    fixes = (SAFE, UNSAFE)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the old names."""
        if module.is_test:
            return
        for note in module.certain(Access):
            if note.name in RENAMED:
                new = RENAMED[note.name]
                problem = f"Celery 6 has no `{note.name}` of a result"
                fix = _renamed(module, note.at, note.name, new)
                yield self.finding(module, note.at, problem, f"write `{new}`", fix=fix)
        for method in module.notes(OldMethod):
            problem = f"Celery 6 has no `{method.name}` of a task"
            fix = _renamed(module, method.at, method.name, method.new)
            yield self.finding(module, method.at, problem, f"write `{method.new}`", fix=fix)
        for old in module.notes(OldImport):
            problem = f"`{old.name}` is an old name that Celery 6 removes"
            fix = _import(module, old)
            yield self.finding(module, old.at, problem, f"use `{old.new}`", fix=fix)


def _renamed(module: Module, at: Span, old: str, new: str) -> Fix | None:
    from flake8_celery_get.edit.methods import attribute_renamed  # loads libcst

    return attribute_renamed(module, at, old, new)


def _import(module: Module, old: OldImport) -> Fix | None:
    if old.target is None:
        return None
    from flake8_celery_get.edit.old_imports import import_renamed

    return import_renamed(
        module,
        old.at,
        old.bare,
        old.target,
        is_safe=old.same,
        keeps_name=old.is_shared,
        attribute=old.attribute,
    )
