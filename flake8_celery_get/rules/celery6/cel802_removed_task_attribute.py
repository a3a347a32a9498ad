"""https://docs.celeryq.dev/en/stable/userguide/routing.html#automatic-routing"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Edit, Finding, Fix
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.names.routed import MissingRoutes, OldOption
from flake8_celery_get.rule import UNSAFE, Rule


class RemovedTaskAttribute(Rule):
    """A task is routed by an option that Celery 6 no longer reads.

    ## What it does

    Reports `queue`, `exchange`, `exchange_type`, `routing_key`, `delivery_mode` and `priority`
    among the options of a task's decorator and the attributes of a task's class.

    ## Why is this bad?

    Celery 5.7 warns that these attributes are removed in version 6.0. From then on, the task is
    sent to the default queue, where another worker or no worker takes it.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)


    @app.task(name="proj.build", queue="reports")
    def build(month):
        return month
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.task_routes = {"proj.build": {"queue": "reports"}}


    @app.task(name="proj.build")
    def build(month):
        return month
    ```

    ## Exempt

    The options of a single send: `build.apply_async((1,), queue="reports")`. The project's own
    decorators. Test code.

    ## Fix safety

    There are two fixes, one after the other. The first adds a route for each task whose options
    are constants: to the `task_routes` of its app, or as new `task_routes` if the project has
    none. If an option comes from Django's settings, the routes are added there. The second fix
    removes the option from the decorator, if the route of the task contains the same. Both are
    unsafe: a route also applies where the task is sent by its name. There is no fix for an
    attribute of a class, for the key of a dict that a decorator unpacks, and for a task inside
    a function.
    """

    code = "CEL802"
    name = "removed-task-attribute"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the options that a route has to take over, and where routes are missing."""
        for note in module.notes(OldOption):
            problem = f"Celery 6 doesn't read `{note.option}` of a task"
            remedy = (
                "`task_routes` has it" if note.is_routed else "put it into `task_routes`"
            )
            fix = _dropped(module, note)
            yield self.finding(module, note.at, problem, remedy, fix=fix)
        for routes in module.notes(MissingRoutes):
            count = len(routes.names)
            others = f" and {count - 1} more" if count > 1 else ""
            problem = "Celery 6 reads a task's queue from `task_routes` only"
            remedy = f"add `{routes.names[0]}`{others}"
            yield self.finding(module, routes.at, problem, remedy, fix=_added(routes))


def _dropped(module: Module, note: OldOption) -> Fix | None:
    if not note.is_routed or note.decorator is None:
        return None
    from flake8_celery_get.edit.arguments import argument_dropped  # loads libcst

    why = f"Remove `{note.option}`"
    return argument_dropped(module, note.decorator, note.option, why)


def _added(routes: MissingRoutes) -> Fix:
    edit = Edit(*routes.after, *routes.after, routes.text)
    if routes.another:
        return Fix("Route the tasks", False, (), ((routes.another, (edit,)),))
    return Fix("Route the tasks", False, (edit,))
