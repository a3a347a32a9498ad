"""https://docs.celeryq.dev/en/stable/userguide/calling.html#serializers"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.signatures.carried import Uncarried
from flake8_celery_get.model.usage.signatures.kinds.words import (
    DICT_VIEW,
    EXCEPTION,
    FILE,
    GENERATOR,
    MEMBER,
    MODEL,
    PATH,
    PATTERN,
    QUERYSET,
    SET,
    TASK,
    TIMEDELTA,
    UPLOAD,
)
from flake8_celery_get.rule import Rule

REMEDIES = {
    DICT_VIEW: "send a list",
    EXCEPTION: "send its text",
    FILE: "send its path",
    GENERATOR: "send a list",
    MEMBER: "send its `.value`",
    MODEL: "send its `.pk`",
    PATH: "send `str(path)`",
    PATTERN: "send its `.pattern`",
    QUERYSET: "send a list of primary keys",
    SET: "send a list",
    TASK: "send its `.name`",
    TIMEDELTA: "send its seconds",
    UPLOAD: "save it and send its path",
}


class UnserialisableArgument(Rule):
    """A task is sent with an argument that can't be serialized as JSON.

    ## What it does

    Reports these arguments of `delay` and `apply_async`, also in a list, a dict or a
    comprehension:

    - sets, lambdas, generators, open files, exceptions, `timedelta` and `Path` objects,
      `.keys()` and `.items()` of a dict, dicts with a tuple as a key
    - in Django: querysets, model instances, such as the `instance` of a receiver and
      `self.object` of a generic view, the rows that forms and serializers save, the request
      of a view, its user and its files
    - uploaded files and requests of FastAPI and Flask
    - tasks, models of pydantic and lists of them, members of plain enums, instances of the
      project's plain classes

    Parameters are what they are annotated with, and a variable is what it is assigned, looped
    over or opened as, if that happens once.

    ## Why is this bad?

    Arguments are sent in a message. Celery's default serializer is JSON, which raises
    `EncodeError: Object of type set is not JSON serializable` in the code that sends. With
    `task_always_eager`, as in many test suites, nobody notices.

    ## Example

    ```python
    from celery import shared_task


    @shared_task
    def index(names):
        return names


    def start(rows):
        index.delay({row.name for row in rows})
    ```

    ## Use instead

    ```python
    from celery import shared_task


    @shared_task
    def index(names):
        return names


    def start(rows):
        index.delay(sorted({row.name for row in rows}))
    ```

    ## Exempt

    Tasks and sends with a `serializer` other than `"json"`, projects whose `task_serializer` is
    not `"json"`, and projects that register their own types or serializers with kombu. Tasks
    with `pydantic=True`. Classes with a `__json__` method. Types that Celery's JSON supports:
    datetime, UUID, Decimal, bytes, lazily translated strings of Django. Results of tasks, which
    CEL306 reports. Variables that are assigned more than once, and lists and dicts that other
    code may change. Parameters of tasks, which went through JSON. Signatures that the code
    around them may not send, such as those that `.apply()` runs. Test code.
    """

    code = "CEL602"
    name = "unserialisable-argument"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the sends that raise EncodeError."""
        for note in module.notes(Uncarried):
            problem = f"gets {note.kind}, which JSON can't serialize"
            remedy = REMEDIES.get(note.kind, "send only the values that the task needs")
            yield self.finding(module, note.at, f"task `{note.task}` {problem}", remedy)
