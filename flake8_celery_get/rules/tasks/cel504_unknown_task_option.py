"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#list-of-options"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Edit, Finding, Fix
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.declarations.task_options import UnreadOption, is_typo
from flake8_celery_get.rule import LONGEST_MESSAGE, SAFE, Rule, cut


class UnknownTaskOption(Rule):
    """A task has an option that no code reads.

    ## What it does

    Reports an option in the decorator of a task that is neither one of Celery's nor an
    attribute of the task's base class, and that no code of the project reads.

    ## Why is this bad?

    Celery stores any option as an attribute of the task. An option that no code reads has no
    effect: with `max_retry=5` the task stops after three retries, and with `task_time_limit=60`
    it has no time limit.

    ## Example

    ```python
    from celery import shared_task


    @shared_task(ignore_results=True)
    def remind(user):
        return user
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task(ignore_result=True)
    def remind(user):
        return user
    ```

    ## Exempt

    Attributes of a base class, and names that some code of the project reads: `self.category`,
    `getattr(task, "category")`. Base classes that can't be resolved. Options of packages such
    as celery-once. Test code.

    ## Fix safety

    Safe: a typo or a superfluous prefix is corrected to the only option that can be intended.
    Other names have no fix.
    """

    code = "CEL504"
    name = "unknown-task-option"
    fixes = (SAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the options that have no effect."""
        for note in module.notes(UnreadOption):
            problem = "is not a task option and has no effect"
            remedy = f"did you mean `{note.meant}`?" if note.meant else "remove it"
            if note.is_of_send:
                remedy = "pass it to `apply_async`"
            room = LONGEST_MESSAGE - len(f"`` {problem}; {remedy}")
            problem = f"`{cut(note.option, room)}` {problem}"
            fix = _renamed(note) if module.model.makes_fixes else None
            yield self.finding(module, note.at, problem, remedy, fix=fix)


def _renamed(note: UnreadOption) -> Fix | None:
    if not is_typo(note):
        return None
    line, column, *_ = note.at
    edit = Edit(line, column, line, column + len(note.option), note.meant)
    return Fix(f"Rename it to `{note.meant}`", True, (edit,))
