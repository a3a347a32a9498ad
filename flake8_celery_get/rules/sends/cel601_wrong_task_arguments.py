"""https://docs.celeryq.dev/en/stable/userguide/calling.html"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.sent.canvases import (
    BODY,
    CALLBACK,
    CHAINED,
    ERRBACK,
)
from flake8_celery_get.model.usage.signatures.misfits import (
    AGAIN,
    EACH,
    IN_WORKER,
    LETTERS,
    Misfit,
)
from flake8_celery_get.rule import LONGEST_MESSAGE, Rule, cut

IN_FRONT = {
    CHAINED: "gets the previous result first",
    BODY: "gets the header's results first",
    CALLBACK: "gets the result first",
    ERRBACK: "gets the failed task's id first",
}
"""What comes in front of a signature's own arguments."""


class WrongTaskArguments(Rule):
    """A task is sent with arguments that its function doesn't accept.

    ## What it does

    Reports calls of `delay` and `apply_async`, and signatures in a chain, a chord, a link or on
    their own, whose arguments don't fit the parameters of the task: too many, too few, a name
    that the task does not have. A signature may be held in a variable before it is sent. A
    signature in a chain gets the previous result as its first argument, and so do the body of a
    chord and a callback, unless it is immutable. A `link_error` callback gets the id of the
    failed task, or its request, the exception and the traceback. Entries of schedules and
    `send_task` are checked by the name of the task. A class-based task takes the arguments of
    its `run` method if its class is registered in the project.

    `partial(task.delay, …)` is checked for too many arguments and unknown names, and in
    `transaction.on_commit(partial(…))`, which adds none, also for missing ones. So are the
    `args` and `kwargs` of `self.retry(…)`, in whose place Celery uses those of the request
    where one of them isn't given.

    ## Why is this bad?

    `delay` and `apply_async` raise `TypeError` in the code that sends. In a canvas, the task is
    checked only when the worker sends it: the chain ends there, and the code that started it
    isn't notified. A class-based task, and one that is sent by its name, fails in the worker.
    `retry` raises `Reject` in place of `Retry`: the task isn't retried.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    def remind(user, text):
        return user, text


    def later(user):
        remind.delay(user)
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task
    def remind(user, text):
        return user, text


    def later(user):
        remind.delay(user, "It is time.")
    ```

    ## Exempt

    Tasks with `typing=False`, with another decorator below the task's, unless it passes on all
    arguments as they are, or with a base class that overrides sending. Class-based tasks that
    override `__call__`. Arguments that can't be resolved, such as `*args` and `**kwargs`. Names
    that may refer to several tasks. Test code.
    """

    code = "CEL601"
    name = "wrong-task-arguments"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the sends that raise TypeError."""
        for note in module.notes(Misfit):
            start = IN_FRONT.get(note.role, "raises TypeError")
            if note.role in {IN_WORKER, EACH}:
                start = "raises TypeError in the worker"
            if note.role == AGAIN:
                start = "is rejected, not retried"
            if note.role == LETTERS:
                start = "each letter is an argument"
            remedy = "fix the arguments"
            if note.role in IN_FRONT and note.fits_alone:
                remedy = "use `.si(…)`"
            room = LONGEST_MESSAGE - len(f"{start}: `` {note.reason}; {remedy}")
            task = cut(note.task, max(room, _SHORTEST_NAME))
            problem = f"{start}: `{task}` {note.reason}"
            yield self.finding(module, note.at, problem, remedy)


_SHORTEST_NAME = 12
"""A task's name keeps so many characters, however long the reason is."""
