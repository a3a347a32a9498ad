"""https://docs.celeryq.dev/en/stable/reference/celery.result.html#celery.result.allow_join_result"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Fix, Related
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.noticed.waits import JoinAllowance
from flake8_celery_get.model.reach.entries import TASK, VIEW, Entry
from flake8_celery_get.rule import LONGEST_STEP, UNSAFE, Rule, cut, far_away, steps

_WHEN_ALL_RETURNED = "on_chord_part_return"
"""A result backend's method that Celery calls for each part of a chord that has finished."""


class DeadlockGuardDisabled(Rule):
    """Celery's check for waits inside tasks is disabled around a wait.

    ## What it does

    Reports `disable_sync_subtasks=False` and `with allow_join_result():` around blocking
    reads.

    ## Why is this bad?

    The check exists because tasks that wait for tasks can occupy every worker process and
    then wait forever. Without it, such code works until it hangs. Outside a task, there is
    no such check, so disabling it has no effect.

    ## Example

    ```python
    from celery import shared_task
    from celery.result import allow_join_result


    @shared_task
    def fetch(url):
        return len(url)


    @shared_task
    def report(url):
        with allow_join_result():
            return fetch.delay(url).get(timeout=10)
    ```

    ## Use instead

    ```python
    from celery import chain, shared_task


    @shared_task
    def fetch(url):
        return len(url)


    @shared_task
    def render(size):
        return f"{size} bytes"


    def report(url):
        return chain(fetch.s(url), render.s()).delay()
    ```

    ## Exempt

    Test code, reads that are only reached once the result is ready, results of `.apply()`,
    and `on_chord_part_return` of a result backend, which counts the parts that have returned.

    ## Fix safety

    Unsafe: in a view, `disable_sync_subtasks=False` is removed. A task that calls the same
    function would then raise an error. There is no fix in a task.
    """

    code = "CEL106"
    name = "deadlock-guard-disabled"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the places that switch the check off where that matters."""
        if module.is_test:
            return
        for entry in module.entries:
            if entry.name.rpartition(".")[2] == _WHEN_ALL_RETURNED:
                continue
            for allowance in entry.allowances:
                if allowance.wait.can_block and allowance.path == module.path:
                    yield self._finding(module, entry, allowance)

    def _finding(self, module: Module, entry: Entry, allowance: JoinAllowance) -> Finding:
        switch = (
            "`allow_join_result()`"
            if allowance.is_block
            else "`disable_sync_subtasks=False`"
        )
        if entry.kind == VIEW:
            problem = f"{switch} has no effect in view `{entry.name}`"
            remedy = "remove it"
        else:
            who = f"task `{entry.name}`" if entry.kind == TASK else "a task"
            far = far_away(module, allowance.wait)
            problem = f"{switch} lets {who} wait{far}, which can deadlock all workers"
            remedy = "use a chain or a callback"
        related = tuple(_steps(module, allowance)) if allowance.is_block else ()
        fix = _fix(module, allowance) if entry.kind == VIEW else None
        return self.finding(module, allowance.at, problem, remedy, related, fix)


def _fix(module: Module, allowance: JoinAllowance) -> Fix | None:
    if allowance.is_block:
        return None
    from flake8_celery_get.edit.arguments import argument_dropped  # loads libcst

    name = "disable_sync_subtasks"
    return argument_dropped(module, allowance.at, name, f"Remove `{name}`")


def _steps(module: Module, allowance: JoinAllowance) -> Iterator[Related]:
    """The way from the block to the read that it lets pass."""
    wait = allowance.wait
    source = cut(module.source(wait), LONGEST_STEP)
    what = f"calls `{wait.hops[0].name}`" if wait.hops else f"`{source}` waits"
    yield Related(wait.path, wait.at[0], wait.at[1], what)
    yield from steps(module, wait)
