"""https://docs.celeryq.dev/en/stable/reference/celery.result.html#celery.result.AsyncResult"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Fix
from flake8_celery_get.model.ask import mistaken
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.rule import SAFE, UNSAFE, Rule

GROUPS = frozenset({"GroupResult", "ResultSet"})
"""They have no state of their own, only one of each member."""

SAYS = {
    mistaken.CONDITION: ("is {handle} and always true", "check its `{state}`"),
    mistaken.UNCALLED: ("is a method and always true", "write `{code}()`"),
    mistaken.UNCALLED_IN_COMPARISON: ("compares a method, not what it returns", "call it"),
    mistaken.CALLED: (
        "raises TypeError: it is an attribute, not a method",
        "remove the `()`",
    ),
    mistaken.NUMBER: ("compares {handle}, not its result", "compare `.result`"),
    mistaken.STATE: ("compares {handle}, not its state", "compare `{state}`"),
    mistaken.ARITHMETIC: (
        "raises TypeError: it is {handle}, not the result",
        "use its `.result`",
    ),
    mistaken.JSON: ("raises TypeError: {handle} is not JSON", "use its `.id`"),
    mistaken.RESPONSE: ("is {handle}, so the request fails", "return its `.id`"),
    mistaken.ENCODED: ("raises EncodeError: {handle} is not JSON", "return its `.id`"),
    mistaken.ARGUMENT: ("raises EncodeError: {handle} is not JSON", "pass its `.id`"),
    mistaken.RETURN: (
        "is {handle}: the task stores its id, not its result",
        "use a chain or `self.replace(…)`",
    ),
}


class HandleUsedAsValue(Rule):
    """A result object, or a method of it, is used instead of its value or state.

    ## What it does

    Reports a result object as a condition, in arithmetic, compared with a number or a
    state, turned into JSON, passed to a task, or returned from a task or a view, also
    inside a dict, list or tuple. Also reports `result.ready` without a call as a condition,
    and calls of attributes that are not methods: `result.state()`.

    ## Why is this bad?

    A result object contains the task's id, and reads everything else from the backend. It
    is always true, never equals a number, and can't be serialized as JSON. A view that
    returns it fails. A task that returns it stores `[[id, None], None]`, and whoever waits
    for that task gets this list immediately.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    def is_paid(order):
        return order > 0


    def ship(order):
        if is_paid.delay(order):
            print("on its way")
    ```

    ## Use instead

    ```python
    from celery import chain, shared_task


    @shared_task
    def is_paid(order):
        return order > 0


    @shared_task
    def ship(paid):
        if paid:
            print("on its way")


    def order(number):
        chain(is_paid.s(number), ship.s()).delay()
    ```

    ## Exempt

    Comparisons with `None`, with ids and with other handles. A name that is `None`
    somewhere in the function. A test of whether there is a result object, if the code that
    follows uses it (`if result: order.task_id = result.id`) or returns it. A group that was
    restored. A view with a `response_model` or a decorator of the project. Arguments and
    results in a project that may pickle them. A task that returns a handle, in a project
    that restores it with `result_from_tuple`. In test code, only a method that is not
    called is reported, because everything else fails the test anyway.

    ## Fix safety

    Safe fixes are a call that is added to `ready`, `successful` or `failed`, a call that is
    removed from an attribute, and `.state` if a result object is compared with a final
    state: the current code always has the same outcome, or raises. `.id` for a result
    object that a task returns is an unsafe fix, because the stored value changes. The
    condition of a `while` is not changed.
    """

    code = "CEL306"
    name = "handle-used-as-value"
    fixes = (SAFE, UNSAFE)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the places that mistake a handle for what it stands for."""
        for mistake in mistaken.mistakes(module):
            problem, remedy = SAYS[mistake.kind]
            name = mistaken.class_of(mistake.note)
            handle = f"an {name}" if name.startswith(("A", "E")) else f"a {name}"
            problem = problem.replace("{handle}", handle)
            state = ".successful()" if name in GROUPS else ".state"
            remedy = remedy.replace("{state}", state)
            remedy = remedy.replace("{code}", module.code_at(mistake.note))
            fix = _fix(module, mistake)
            yield self.about(module, mistake.note, problem, remedy, fix)


def _fix(module: Module, mistake: mistaken.Mistake) -> Fix | None:
    from flake8_celery_get.edit import handles  # loads libcst

    note = mistake.note
    if mistake.kind in {mistaken.UNCALLED, mistaken.UNCALLED_IN_COMPARISON}:
        return handles.called(module, note.at)
    if mistake.kind == mistaken.CALLED:
        return handles.left_uncalled(module, note.at)
    is_of_task = mistaken.class_of(note) not in GROUPS
    if mistake.kind == mistaken.STATE and mistaken.is_final_state(note) and is_of_task:
        return handles.asked(module, note.at, "state", is_safe=True)
    if mistake.kind == mistaken.RETURN and mistaken.is_itself(note):
        return handles.asked(module, note.at, "id", is_safe=False)
    return None
