"""https://docs.celeryq.dev/en/stable/userguide/calling.html"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.signatures.send_options import GivenToDelay
from flake8_celery_get.rule import SAFE, Rule


class OptionGivenToDelay(Rule):
    """An option of `apply_async` is passed to `delay`, which treats it as an argument of the task.

    ## What it does

    Reports `countdown`, `eta`, `expires`, `queue`, `priority` and other options of
    `apply_async` in a call of `delay`, of a task or of a signature of it, if the task has no
    parameter of that name.

    ## Why is this bad?

    `delay` passes all its arguments to the task. So each call raises `TypeError: remind() got
    an unexpected keyword argument 'countdown'`, and nothing is sent.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    def remind(user):
        return user


    def later(user):
        remind.delay(user, countdown=60)
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task
    def remind(user):
        return user


    def later(user):
        remind.apply_async((user,), countdown=60)
    ```

    ## Exempt

    Tasks with a parameter of that name, or with `**kwargs`. Tasks with `typing=False`, with
    another decorator below the task's, or with a base class that defines its own `delay`.
    Immutable signatures, which ignore all arguments. Test code.

    ## Fix safety

    Safe: a call that always raises `TypeError` becomes the one that was intended. There is no
    fix if the other arguments don't fit the task either.
    """

    code = "CEL612"
    name = "option-given-to-delay"
    fixes = (SAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the calls of `delay` that raise TypeError for an option."""
        for note in module.notes(GivenToDelay):
            from flake8_celery_get.edit.sends import applied  # loads libcst

            problem = f"passes `{note.names[0]}` to the task as an argument"
            remedy = f"use `{note.way.replace('delay', 'apply_async')}`"
            fix = applied(module, note.at, note.names) if note.fits else None
            yield self.about(module, note, problem, remedy, fix)
