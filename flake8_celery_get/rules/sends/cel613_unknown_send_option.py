"""https://docs.celeryq.dev/en/stable/userguide/calling.html"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.signatures.send_options import UnknownOption
from flake8_celery_get.rule import LONGEST_MESSAGE, Rule, cut


class UnknownSendOption(Rule):
    """A send is given an option that nobody reads.

    ## What it does

    Reports an option of `apply_async` or `send_task` that is none of Celery's or kombu's, and
    that no code of the project reads.

    ## Why is this bad?

    `apply_async` takes any option, and hands it on with the message. What nobody reads has no
    effect: with `delay=60` the task runs at once, with `ttl=60` it never expires. A parameter of
    the task that is written there does not reach it either.

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

    What kombu's transports read, such as `MessageGroupId` for Amazon SQS. Names that some code of
    the project asks a message, a request or options for: a router, a receiver of
    `before_task_publish`. Sends with
    `stamped_headers`. Tasks whose base class has an `apply_async` of its own, or can't be read.
    `timeout`, which is how long publishing may take. Test code.
    """

    code = "CEL613"
    name = "unknown-send-option"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the options that have no effect."""
        for note in module.notes(UnknownOption):
            problem, remedy = "is no option of a send and has no effect", "remove it"
            if note.is_argument:
                problem = "is no option and does not reach the task"
                remedy = "put it into `kwargs={…}`"
            elif note.meant:
                remedy = f"did you mean `{note.meant}`?"
            room = LONGEST_MESSAGE - len(f"`` {problem}; {remedy}")
            problem = f"`{cut(note.option, room)}` {problem}"
            yield self.finding(module, note.at, problem, remedy)
