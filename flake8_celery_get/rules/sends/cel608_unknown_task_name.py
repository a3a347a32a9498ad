"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#names"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.names.named import ROUTE, SCHEDULE
from flake8_celery_get.model.usage.names.unknown import UnknownTask
from flake8_celery_get.rule import Rule


class UnknownTaskName(Rule):
    """A string names a task that doesn't exist.

    ## What it does

    Reports names that no task of the project has, in `send_task`, `signature`, entries of
    beat's schedule, `task_routes` and `task_annotations`. A name is reported if it begins
    with a package of the project, or differs by one letter from a task's name. In
    `task_routes`, a module without `.*` and a bare function are reported, too, and in beat's
    schedule a bare function.

    ## Why is this bad?

    Nothing fails where the task is sent. The worker logs `Received unregistered task` and
    discards the message. Beat sends such a message each time the entry is due. A route that
    matches no task leaves the task in the default queue.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)


    @app.task(name="proj.clean_up")
    def clean_up():
        return 1


    app.conf.beat_schedule = {
        "clean up": {"task": "proj.cleanup", "schedule": 3600},
    }
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)


    @app.task(name="proj.clean_up")
    def clean_up():
        return 1


    app.conf.beat_schedule = {
        "clean up": {"task": "proj.clean_up", "schedule": 3600},
    }
    ```

    Or `clean_up.name` instead of a string, if the task can be imported.

    ## Exempt

    Patterns. Only a pattern for a whole module, such as `proj.tasks.*`, is reported, if all
    tasks of this module have other names. Names of other packages, whose tasks are not known.
    Modules whose task names can't be resolved. Names that begin like a computed one, such as
    `name=f"proj.report_{kind}"` in a function. Parameters, in place of a name. Projects that
    override `gen_task_name`. Test code.
    """

    code = "CEL608"
    name = "unknown-task-name"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the names that no task has."""
        for note in module.notes(UnknownTask):
            remedy = (
                f"did you mean `{note.meant}`?" if note.meant else _REMEDIES[note.where]
            )
            end = (
                "nothing is routed"
                if note.where == ROUTE
                else "workers discard the message"
            )
            problem = f"no task is named `{note.name}`, so {end}"
            yield self.finding(module, note.at, problem, remedy)


_REMEDIES = {
    "send": "fix the name or define the task",
    SCHEDULE: "fix the name or define the task",
    ROUTE: "name a task or a pattern",
}
