"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#built-in-states"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flake8_celery_get.finding import Finding, Fix
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.ask.states import compared_states, fold_of, is_of_eager_run
from flake8_celery_get.model.ask.unknown_states import UnknownName, unknown_names
from flake8_celery_get.model.known.celery_words import STORED_STATES
from flake8_celery_get.model.noticed.notes import Comparison
from flake8_celery_get.model.values.values import Literal
from flake8_celery_get.rule import SAFE, UNSAFE, Rule, fitted


class UnknownState(Rule):
    """A task's state is compared with a name that Celery never stores.

    ## What it does

    Reports comparisons of `.state` and `.status` with another case (`"success"`), a wrong name
    (`"DONE"`, `"FAILED"`) or a typo (`"SUCESS"`), and of what `.lower()` and similar methods
    make of them. Celery's `RECEIVED`, `REJECTED` and `IGNORED` are reported, too: the first two
    occur only in events, and the last one not at all.

    ## Why is this bad?

    The comparison is always false, without an error. A page shows "in progress" for a task
    that failed long ago. A loop that waits for such a state does not end.

    ## Example

    ```python
    from celery.result import AsyncResult


    def progress(task_id):
        result = AsyncResult(task_id)
        if result.state == "FAILED":
            return "Something went wrong."
        return "Please wait."
    ```

    ## Use instead

    ```python
    from celery import states
    from celery.result import AsyncResult


    def progress(task_id):
        result = AsyncResult(task_id)
        if result.state == states.FAILURE:
            return "Something went wrong."
        return "Please wait."
    ```

    ## Exempt

    States that the project stores itself by `update_state` or `store_result`, and those
    that the option `states` names. If a state is stored whose name can't be resolved, or a
    task passes itself to code outside the project, only Celery's own names in another case
    are reported. The names of events are exempt in tests, and for `.apply()`, which returns
    them. Names that are not similar to one of Celery's, such as `"PROGRESS"`, are not
    reported, because a task of another project may store them. A wrong name beside the
    correct one, as in `in ("SUCCESS", "success")`, is harmless and not reported.

    ## Fix safety

    Another case of the same name is a safe fix: no task is ever in that state, and the
    intended one is clear. Another name is an unsafe fix, because the intended state is a
    guess. The condition of a `while` is not changed.
    """

    code = "CEL301"
    name = "unknown-state"
    fixes = (SAFE, UNSAFE)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the comparisons with a state that no task is ever in."""
        for note in module.notes(Comparison):
            for unknown in unknown_names(note, lambda: module.custom_states):
                if unknown.meant or not (module.is_test or is_of_eager_run(note)):
                    yield self._finding(module, note, unknown)
                    break

    def _finding(self, module: Module, note: Comparison, unknown: UnknownName) -> Finding:
        is_single = compared_states(note) == (unknown.name,)
        remedy = _remedy(unknown)
        problem = f"Celery has no state `{unknown.name}`"
        if unknown.name in STORED_STATES:
            problem = f"`.{fold_of(note)}()` never gives `{unknown.name}`"
        if not unknown.meant:
            problem = f"`{unknown.name}` is an event, not a state that is stored"
        if is_single:
            is_negative = note.operator in {"!=", "not in"}
            told = "{} is always true" if is_negative else "{} is never true"
            problem = fitted(module.code_at(note), [f"{told}: {problem}"], remedy)
        fix = _fix(module, note, unknown)
        return self.finding(module, note.at, problem, remedy, fix=fix)


def _fix(module: Module, note: Comparison, unknown: UnknownName) -> Fix | None:
    """Another name, unless that would be the next mistake: CEL302, CEL303."""
    if not unknown.meant:
        return None
    then = replace(note, right=Literal(unknown.meant))
    is_unrecorded = unknown.meant == "STARTED" and module.never_starts(then)
    if is_unrecorded or module.conclusion(then):
        return None
    from flake8_celery_get.edit.constants import renamed  # loads libcst

    return renamed(module, note.at, unknown.name, unknown.meant)


def _remedy(unknown: UnknownName) -> str:
    if not unknown.meant:
        return _OF_EVENTS[unknown.name.upper()]
    return f"did you mean `{unknown.meant}`?"


_OF_EVENTS = {
    "RECEIVED": "listen for `task-received`",
    "REJECTED": "listen for `task-rejected`",
    "IGNORED": "a task that raises `Ignore` keeps its last state",
}
