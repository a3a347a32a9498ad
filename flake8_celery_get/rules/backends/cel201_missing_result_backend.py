"""https://docs.celeryq.dev/en/stable/userguide/configuration.html#result-backend"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flake8_celery_get.finding import Finding, Fix, Related
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.ask.no_backend import FailingRead, lacks_backend
from flake8_celery_get.model.settings.apps.apps import App
from flake8_celery_get.printing.shortening import shortened
from flake8_celery_get.rule import LONGEST_STEP, MOST_NAMES, UNSAFE, Rule, fitted


class MissingResultBackend(Rule):
    """A Celery app has no result backend.

    ## What it does

    Reports an app that gets a `result_backend` neither from its constructor nor from `conf`,
    nor from any settings that it reads. Where the project reads results of this app, the
    finding lists those reads. They are reported separately, as CEL202, only if this finding is
    not reported.

    ## Why is this bad?

    Celery discards what tasks return, without an error. Nobody notices until some code reads a
    result: `.get()` raises `NotImplementedError: No result backend is configured`, and `.state`
    raises `AttributeError`. If the app needs no results, set `task_ignore_result=True`, so that
    it is clear that the backend was not forgotten.

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

    Apps with `task_ignore_result=True`, apps of projects in which each task has
    `ignore_result=True`, apps with an explicit `backend=None`, and apps with
    `task_always_eager=True`, whose results need none. A bare `Celery()` without any
    configuration. Apps that only watch events or inspect workers: no task is defined for them,
    and none is sent. Apps that take all of a Flask app's configuration
    (`celery.conf.update(app.config)`). Apps whose settings can't all be resolved, and test
    code. Nothing is reported either if a file mentions the setting and no app is known to read
    that file.

    ## Fix safety

    Unsafe: `task_ignore_result=True` states the current behavior, but perhaps a backend is
    missing. There is no fix for a project that reads a result, because it needs a backend.
    """

    code = "CEL201"
    name = "missing-result-backend"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the apps that surely have none."""
        for app in filter(lacks_backend, module.apps):
            if module.failing_reads(app) or not module.model.ignores_each_result:
                yield self._finding(module, app)

    def _finding(self, module: Module, app: App) -> Finding:
        name = f"app `{app.name}`" if app.name else "this app"
        failing = module.failing_reads(app)
        if not failing:
            problem = f"{name} has no result backend"
            remedy = "set `result_backend` or `task_ignore_result=True`"
            told = fitted("", [f"{problem}, so its results are discarded", problem], remedy)
            return self.finding(module, app.at, told, remedy, fix=_fix(module, app))
        remedy = "set `result_backend`"
        problem = f"{name} has no result backend, so {_count(failing)}"
        problems = [f"{problem}: {places}" for places in _places(module, failing)]
        told = fitted("", [*problems, problem], remedy)
        return self.finding(module, app.at, told, remedy, tuple(map(_related, failing)))


def _count(failing: Sequence[FailingRead]) -> str:
    return "a read fails" if len(failing) == 1 else f"{len(failing)} reads fail"


def _places(module: Module, failing: Sequence[FailingRead]) -> Iterator[str]:
    """Ways to name the first of the reads, the longest first."""
    places = (
        f"{module.relative(read.module.path)}:{read.reading.note.at[0]}" for read in failing
    )
    names = list(dict.fromkeys(places))
    for shown in range(min(len(names), MOST_NAMES), 0, -1):
        more = len(names) - shown
        yield ", ".join(names[:shown]) + (f" and {more} more" if more else "")


def _related(read: FailingRead) -> Related:
    line, column, *_ = read.reading.note.at
    source = shortened(read.module.code_at(read.reading.note), LONGEST_STEP)
    told = f"`{source}` raises {read.reading.error}: {read.reading.outcome}"
    return Related(read.reading.note.path, line, column, told, suffers=True)


def _fix(module: Module, app: App) -> Fix | None:
    if module.model.reads_without_backend:
        return None
    from flake8_celery_get.edit.arguments import argument_added  # loads libcst

    why = "Set `task_ignore_result`"
    return argument_added(module, app.at, "task_ignore_result=True", why)
