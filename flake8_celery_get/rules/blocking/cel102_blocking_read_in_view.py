"""https://docs.celeryq.dev/en/stable/getting-started/first-steps-with-celery.html#keeping-results"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.noticed.waits import Wait
from flake8_celery_get.model.reach.entries import VIEW, Entry
from flake8_celery_get.rule import Rule


class BlockingReadInView(Rule):
    """A web request waits for the result of a task.

    ## What it does

    Reports blocking reads in code that answers a web request, and calls of functions that
    lead to one. Views of Django, Django REST framework, Flask, FastAPI and some twenty more
    frameworks are known, and so is what they call beside views: middleware, permissions,
    template tags, validators. You can add others with the options `view-decorators` and
    `view-bases`.

    A wait is reported once. Where only views call a helper, the finding is inside it and
    names the views. Where other code calls the helper too, the finding is on each view's
    call of it.

    ## Why is this bad?

    The work was given to Celery to keep the request short. Waiting for the result occupies
    the request and its server process until the task has finished. Without a worker or a
    result backend, or with an unknown id, it waits forever.

    ## Example

    ```python
    from celery import shared_task
    from django.http import JsonResponse


    @shared_task
    def make_report(year):
        return f"/reports/{year}.pdf"


    def report(request, year):
        return JsonResponse({"path": make_report.delay(year).get()})
    ```

    ## Use instead

    ```python
    from celery import shared_task
    from celery.result import AsyncResult
    from django.http import JsonResponse


    @shared_task
    def make_report(year):
        return f"/reports/{year}.pdf"


    def report(request, year):
        return JsonResponse({"id": make_report.delay(year).id}, status=202)


    def report_status(request, task_id):
        result = AsyncResult(task_id)
        if result.successful():
            return JsonResponse({"ready": True, "path": result.get()})
        return JsonResponse({"ready": False})
    ```

    ## Exempt

    Reads that are only reached once the result is ready, and results of `.apply()`, which
    runs the task in the same process.
    """

    code = "CEL102"
    name = "blocking-read-in-view"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield what makes views wait."""
        for cause in module.causes(VIEW, _can_block):
            remedy = _IN_CALLBACK if cause.is_in_callbacks else _IN_VIEW
            yield self.suffered(module, cause, "waits", remedy)


_IN_VIEW = "return the task id and poll a status endpoint"
_IN_CALLBACK = "call the task as a function, or read only results that are ready"


def _can_block(_: Entry, wait: Wait) -> bool:
    return wait.can_block
