"""https://docs.celeryq.dev/en/stable/userguide/configuration.html#result-backend"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Fix
from flake8_celery_get.model.module import Module
from flake8_celery_get.model.settings.answers import NotSet, SetTo
from flake8_celery_get.model.settings.apps import App
from flake8_celery_get.rule import LONGEST_MESSAGE, UNSAFE, Rule, cut


class MissingResultBackend(Rule):
    """A Celery app has no result backend.

    ## What it does

    Reports an app that gets a `result_backend` neither from its constructor nor from `conf`,
    nor from any settings that it reads.

    ## Why is this bad?

    Celery drops what tasks return, and says nothing. Nobody notices until someone reads a
    result: `.get()` raises `NotImplementedError: No result backend is configured`, and
    `.state` raises `AttributeError`. Who wants no results should say so: then nothing
    looks forgotten.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0")
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", backend="redis://localhost/1")
    no_results = Celery("mails", broker="redis://localhost/0", task_ignore_result=True)
    ```

    ## Exempt

    Apps with `task_ignore_result=True`, and those that say `backend=None` aloud. A bare
    `Celery()` that nothing is said of. Apps whose settings can't all be found, and test
    code. A file that mentions the setting, which no app is known to read, keeps the rule
    silent too.

    ## Fix safety

    Unsafe: `task_ignore_result=True` says aloud what happens as it is, and a backend may be what
    is missing. A project that reads a result needs one, and gets no fix.
    """

    code = "CEL201"
    name = "missing-result-backend"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the apps that surely have none."""
        for app in module.apps:
            if app.is_bare or not _wants_results(app):
                continue
            if isinstance(app.setting("result_backend"), NotSet):
                yield self._finding(module, app)

    def _finding(self, module: Module, app: App) -> Finding:
        problem, remedy = (
            " has no result backend, drops results",
            "set one or task_ignore_result=True",
        )
        room = LONGEST_MESSAGE - len(f"app ``{problem}; {remedy}")
        name = f"app `{cut(app.name, room)}`" if app.name else "this app"
        fix = _fix(module, app)
        return self.finding(module, app.at, name + problem, remedy, fix=fix)


def _fix(module: Module, app: App) -> Fix | None:
    if module.model.reads_without_backend:
        return None
    from flake8_celery_get.edit.arguments import argument_added  # loads libcst

    why = "Say that no result is kept"
    return argument_added(module, app.at, "task_ignore_result=True", why)


def _wants_results(app: App) -> bool:
    ignores = app.setting("task_ignore_result")
    if isinstance(ignores, SetTo):
        return not ignores.value and not ignores.may_differ
    return isinstance(ignores, NotSet)
