"""https://docs.celeryq.dev/en/stable/userguide/canvas.html#important-notes"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.chords import Refusal, refusals
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.rule import Rule, where_backend_is_said


class ChordWithoutResults(Rule):
    """A chord has no results to count, so its body never runs.

    ## What it does

    Reports chords of an app with no result backend, or with `rpc://`. A group that is
    followed by a task is a chord, too: `group | task`, `chain(group, task)`. With a
    database or the file system as backend, it reports headers with a task that ignores its
    result.

    ## Why is this bad?

    The body runs once the backend has seen the results of the whole header. Without a
    backend that can count them, Celery raises `NotImplementedError` when the chord is sent.
    A database is polled every second for results that are never stored.

    ## Example

    ```python
    from celery import Celery, chord

    app = Celery("proj", broker="amqp://localhost", backend="rpc://")


    @app.task
    def fetch(url):
        return len(url)


    @app.task
    def total(sizes):
        return sum(sizes)


    def start(urls):
        return chord(fetch.s(url) for url in urls)(total.s())
    ```

    ## Use instead

    ```python
    from celery import Celery, chord

    app = Celery("proj", broker="amqp://localhost", backend="redis://localhost")


    @app.task
    def fetch(url):
        return len(url)


    @app.task
    def total(sizes):
        return sum(sizes)


    def start(urls):
        return chord(fetch.s(url) for url in urls)(total.s())
    ```

    ## Exempt

    Headers that ignore results with Redis, which counts them nevertheless. Chords that are only
    run with `.apply()`, in the calling process. Test code, which may have its own settings.
    """

    code = "CEL205"
    name = "chord-without-results"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the chords whose body never runs."""
        if module.is_test:
            return
        for refusal in refusals(module):
            problem, remedy = _words(refusal)
            related = where_backend_is_said(refusal.backend)
            yield self.about(module, refusal.note, problem, remedy, related=related)


def _words(refusal: Refusal) -> tuple[str, str]:
    if refusal.header_ignores:
        problem = "never runs its body: a task of its header ignores its result"
        return problem, "set `ignore_result=False` there"
    if refusal.backend.is_none:
        return "is a chord, which requires a result backend", "set `result_backend`"
    return "is a chord, which `rpc://` does not support", "use another result backend"
