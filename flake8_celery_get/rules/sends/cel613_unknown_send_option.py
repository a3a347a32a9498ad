"""https://docs.celeryq.dev/en/stable/userguide/calling.html"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.signatures.send_options import UnknownOption
from flake8_celery_get.rule import LONGEST_MESSAGE, Rule, cut


class UnknownSendOption(Rule):
    """A send has an option that no code reads.

    ## What it does

    Reports an option of `apply_async`, `send_task`, `retry` or `apply`, of `signature`, or of
    `set` of a signature, that neither Celery nor kombu nor any code of the project reads.

    ## Why is this bad?

    `apply_async` accepts any option, and passes it on with the message. An option that no code
    reads has no effect: with `delay=60` the task runs immediately, and with `ttl=60` it never
    expires. A parameter of the task that is passed as an option doesn't reach the task either.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    def remind(user):
        return user


    def later(user):
        remind.apply_async((user,), delay=60)
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

    Options of kombu's transports, such as `MessageGroupId` for Amazon SQS. Names that some code
    of the project reads from a message, a request or options, such as a router or a receiver of
    `before_task_publish`. Sends with `stamped_headers`. Tasks whose base class defines its own
    `apply_async`, `retry` or `apply`, or can't be resolved. `timeout`, which kombu reads: it
    limits how long publishing may take, not the task. Test code.
    """

    code = "CEL613"
    name = "unknown-send-option"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the options that have no effect."""
        for note in module.notes(UnknownOption):
            problem, remedy = _said_of(note)
            room = LONGEST_MESSAGE - len(f"`` {problem}; {remedy}")
            problem = f"`{cut(note.option, room)}` {problem}"
            yield self.finding(module, note.at, problem, remedy)


def _said_of(note: UnknownOption) -> tuple[str, str]:
    if note.is_argument:
        return "is not an option and doesn't reach the task", "put it into `kwargs={…}`"
    problem = f"is not an option of `{note.way}` and has no effect"
    if note.is_of_task:
        return problem, "set it in the task's decorator"
    return problem, f"did you mean `{note.meant}`?" if note.meant else "remove it"
