"""https://docs.celeryq.dev/en/stable/reference/celery.result.html#celery.result.GroupResult.save"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Fix
from flake8_celery_get.model.ask.groups.saved_groups import is_of_no_group
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.noticed.notes import Rebuilt
from flake8_celery_get.model.settings.apps.stored import NO_BACKEND
from flake8_celery_get.rule import UNSAFE, Rule


class GroupNeverSaved(Rule):
    """The results of a group are looked up by its id, but nothing has saved them.

    ## What it does

    Reports `GroupResult.restore(id)` in a project that saves no group, and with the id of a
    task, chain or chord. Reports `AsyncResult(id)` with the id of a group. The id may be kept in
    an attribute, a session or a cache if all code that stores it under this name agrees.

    ## Why is this bad?

    Celery stores the results of a group's tasks, each under its own id. It knows nothing of the
    group until `.save()` is called on its handle. Without it, `restore` returns `None`.
    `AsyncResult` accepts any id, and shows PENDING forever for an id that is not a task's.

    ## Example

    ```python
    from celery import group, shared_task
    from celery.result import GroupResult


    @shared_task
    def fetch(url):
        return len(url)


    def start(urls):
        return group(fetch.s(url) for url in urls).delay().id


    def progress(group_id):
        return GroupResult.restore(group_id).completed_count()
    ```

    ## Use instead

    ```python
    from celery import group, shared_task
    from celery.result import GroupResult


    @shared_task
    def fetch(url):
        return len(url)


    def start(urls):
        started = group(fetch.s(url) for url in urls).delay()
        started.save()
        return started.id


    def progress(group_id):
        return GroupResult.restore(group_id).completed_count()
    ```

    ## Exempt

    A project that saves some group, or may do so: it passes the result of a group to code
    outside the project, or saves an object that is called a result or a group. A project that
    sends no group and no chord.

    ## Fix safety

    Unsafe: the saved group stays in the backend until it expires. If the same file sends the
    project's only group and assigns the result to a variable, `.save()` is added below. There
    is no other fix.
    """

    code = "CEL402"
    name = "group-never-saved"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the handles that are made from the id of a group nobody knows."""
        for note in module.notes(Rebuilt):
            if module.backend(note.handle).scheme in {NO_BACKEND, "rpc"}:
                continue  # CEL202, CEL204
            source = module.model.kept_ids.source(note)
            is_restored = note.by == "restore"
            if is_restored and source is not None and is_of_no_group(source):
                problem = "returns None: that is not the id of a group"
                yield self.about(module, note, problem, "save and restore the group", None)
            elif is_restored and not module.model.may_save_groups:
                problem = "returns None: nothing here calls `.save()` on a GroupResult"
                fix = _fix(module)
                yield self.about(module, note, problem, "save the group first", fix)
            elif note.by == "AsyncResult" and source is not None and source.is_group:
                problem = "stays PENDING forever: it is the id of a group"
                remedy = "use `.save()` and `GroupResult.restore(…)`"
                yield self.about(module, note, problem, remedy, None)


def _fix(module: Module) -> Fix | None:
    at = module.model.only_group_sent(module.path)
    if at is None:
        return None
    from flake8_celery_get.edit.groups import saved  # loads libcst

    return saved(module, at)
