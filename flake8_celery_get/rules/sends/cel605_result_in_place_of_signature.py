"""https://docs.celeryq.dev/en/stable/userguide/canvas.html"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.sent.unsent import BARE, CALLED, HELD, SENT, NoSignature
from flake8_celery_get.rule import Rule

PROBLEMS = {
    SENT: "is already sent, but a signature is expected here",
    HELD: "expects signatures, but gets results of what is already sent",
    CALLED: "runs the task now, but a signature is expected here",
    BARE: "expects a signature, but gets a task",
}


class ResultInPlaceOfSignature(Rule):
    """A canvas or a callback gets a result instead of a signature.

    ## What it does

    Reports what is no signature inside `chain`, `group`, `chord`, `|`, `link` and `link_error`:
    `task.delay(…)` and `task.apply_async(…)`, variables and lists of such results, a call of
    the task itself, and the task itself without `.s()`.

    ## Why is this bad?

    The task already runs when the canvas is built. Then the canvas raises, depending on its
    kind, `TypeError: unsupported operand type(s) for |`, `AttributeError` or kombu's
    `EncodeError`.

    ## Example

    ```python
    from celery import chain, shared_task


    @shared_task
    def fetch(url):
        return url


    def start(url):
        chain(fetch.s(url), fetch.delay(url)).delay()
    ```

    ## Use instead

    ```python
    from celery import chain, shared_task


    @shared_task
    def fetch(url):
        return url


    def start(url):
        chain(fetch.s(url), fetch.si(url)).delay()
    ```

    ## Exempt

    Variables that may contain signatures as well. `ResultSet([…])` and `GroupResult(…)`, which
    accept results. Calls of tasks that may return a signature. Test code.
    """

    code = "CEL605"
    name = "result-in-place-of-signature"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield what is no signature."""
        for note in module.notes(NoSignature):
            yield self.about(module, note, PROBLEMS[note.kind], "use `.s(…)`")
