"""https://docs.celeryq.dev/en/stable/userguide/canvas.html"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.sent.unsent import NeverSent
from flake8_celery_get.rule import Rule


class SignatureNeverSent(Rule):
    """A statement builds a signature or a canvas, but doesn't send it.

    ## What it does

    Reports `task.s(…)`, `task.chunks(…)`, `chain(…)`, `group(…)`, `chord(…)` and `a.s() | b.s()`
    as a statement, also with `.set(…)` or `.on_error(…)` behind it, and in a list, a
    comprehension or `… if … else …` that is a statement.

    ## Why is this bad?

    A signature is a description of a call. Until `.delay()` or `.apply_async()` is called on
    it, nothing happens, without an error.

    ## Example

    ```python
    from celery import chain, shared_task


    @shared_task
    def fetch(url):
        return url


    def start(url):
        chain(fetch.s(url), fetch.s())
    ```

    ## Use instead

    ```python
    from celery import chain, shared_task


    @shared_task
    def fetch(url):
        return url


    def start(url):
        chain(fetch.s(url), fetch.s()).delay()
    ```

    ## Exempt

    Signatures that are assigned, returned or passed to a call. `signature.set(…)`, `.link(…)`
    and similar methods of a variable, which change its signature in place. Test code.
    """

    code = "CEL604"
    name = "signature-never-sent"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the statements that only build."""
        for note in module.notes(NeverSent):
            problem = "builds a signature but doesn't send it"
            yield self.about(module, note, problem, "add `.delay()`")
