"""https://docs.celeryq.dev/en/stable/userguide/calling.html#expiration"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.expiry import Unexpiring
from flake8_celery_get.rule import Rule

REMEDIES = {
    "delay": "set `expires=` on the task",
    "schedule": "add the option `expires`",
}


class SendWithoutExpiry(Rule):
    """A task is sent without an expiry, so it may wait in its queue forever.

    ## What it does

    Reports `.delay(…)`, `.apply_async(…)`, `send_task(…)`, sent canvases and entries of
    schedules, if neither they nor the task itself set `expires`.

    ## Why is this bad?

    While no worker takes them, messages pile up. When workers are available again, they first
    send yesterday's reminders, and run every missed round of a schedule. An expired message is
    discarded, and its task becomes REVOKED.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    def remind(user):
        return user


    def remind_all(users):
        for user in users:
            remind.apply_async((user,))
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task(expires=3600)
    def remind(user):
        return user


    def remind_all(users):
        for user in users:
            remind.apply_async((user,))
    ```

    Or for one send alone: `remind.apply_async((user,), expires=3600)`.

    ## Exempt

    An explicit `expires=None`. Tasks and options that can't be resolved, such as tasks with a
    custom base class. Projects with `task_annotations`, or with queues that have a
    `message_ttl`. Chords that are called: `chord(header)(body)`. Test code.
    """

    code = "CEL902"
    name = "send-without-expiry"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the sends that never expire."""
        for note in module.notes(Unexpiring):
            remedy = REMEDIES.get(note.way, "pass `expires=`")
            yield self.about(module, note, "can wait in the queue forever", remedy)
