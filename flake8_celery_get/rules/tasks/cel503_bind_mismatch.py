"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#bound-tasks"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.declarations.bound_tasks import NotBound, NotTaken
from flake8_celery_get.rule import LONGEST_MESSAGE, Rule, cut


class BindMismatch(Rule):
    """A task expects itself as the first argument without `bind=True`, or the other way around.

    ## What it does

    Reports two kinds of tasks:

    - those with `bind=True` whose function has no positional parameter
    - those without `bind` whose first parameter is `self`, if the function uses `self` as the
      task (`self.retry(…)`, `self.request`, `self.update_state(…)`) or doesn't use it at all

    ## Why is this bad?

    With `bind=True`, Celery passes the task as the first argument. A function that doesn't
    accept it raises `TypeError: sync() takes 0 positional arguments but 1 was given` in
    each `.delay()`. Without `bind`, nothing is passed for `self`: each call lacks one
    argument and raises `TypeError: sync() missing 1 required positional argument`.

    ## Example

    ```python
    from celery import shared_task


    @shared_task(max_retries=5)
    def fetch(self, url):
        if not url:
            raise self.retry(countdown=60)
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task(bind=True, max_retries=5)
    def fetch(self, url):
        if not url:
            raise self.retry(countdown=60)
    ```

    ## Exempt

    Methods. Functions that other tasks call with themselves, and that nothing sends. Functions
    with another decorator below the task's, and tasks that a decorator of the project makes.
    Base classes that define `run` or `__call__`. Test code.
    """

    code = "CEL503"
    name = "bind-mismatch"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the tasks that are called with one argument too many or too few."""
        for untaken in module.notes(NotTaken):
            problem, remedy = (
                "has `bind=True` but no parameter for the task",
                "add the parameter `self`",
            )
            yield self._finding(module, untaken, problem, remedy)
        for unbound in module.notes(NotBound):
            verb = "takes" if unbound.used == "self" else "uses"
            problem = f"{verb} `{unbound.used}` without `bind=True`"
            yield self._finding(module, unbound, problem, "add `bind=True`")

    def _finding(
        self, module: Module, note: NotTaken | NotBound, problem: str, remedy: str
    ) -> Finding:
        room = LONGEST_MESSAGE - len(f"task `` {problem}; {remedy}")
        problem = f"task `{cut(note.task, room)}` {problem}"
        return self.finding(module, note.at, problem, remedy)
