"""https://docs.celeryq.dev/en/stable/userguide/configuration.html#new-lowercase-settings"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Edit, Finding, Fix
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.celery6.old_settings import NoNamespace, OldSetting
from flake8_celery_get.rule import SAFE, UNSAFE, Rule


class RemovedSettingName(Rule):
    """A setting has its old name from Celery 3, which Celery 6 no longer reads.

    ## What it does

    Reports the upper-case names that settings had before Celery 4: `CELERYD_CONCURRENCY`,
    `CELERYBEAT_SCHEDULE`, `BROKER_URL` and so on, also beside a namespace, and where code reads
    them: `app.conf.CELERY_TIMEZONE`.

    ## Why is this bad?

    Celery 5 still reads them, and warns when a worker starts. Celery 6 ignores them, so the
    setting silently falls back to its default.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.update(CELERYD_CONCURRENCY=4, CELERYD_TASK_TIME_LIMIT=300)
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.update(worker_concurrency=4, task_time_limit=300)
    ```

    With `namespace="CELERY"` they are `CELERY_WORKER_CONCURRENCY` and `CELERY_TASK_TIME_LIMIT`.
    Django's settings can't be renamed without a namespace. Pass `namespace="CELERY"` to
    `config_from_object` first; another finding is at this call.

    ## Exempt

    Names that are correct with the app's namespace: `CELERY_RESULT_BACKEND`. Test code.

    ## Fix safety

    Safe: Celery 4 and 5 read both names. Whatever uses the old name is renamed as well, also in
    other files; there is no fix where some use can't be followed. All old names in a file
    without a namespace are renamed together, because Celery refuses a mix.

    Unsafe: the namespace for Django's settings. It also makes Celery read settings such as
    `CELERY_TASK_TIME_LIMIT`, which had no effect before.
    """

    code = "CEL801"
    name = "removed-setting-name"
    fixes = (SAFE, UNSAFE)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the settings by an old name."""
        for note in module.notes(OldSetting):
            problem = f"Celery 6 doesn't read `{note.name}`"
            remedy = f"write `{note.new}`" if note.new else "set a namespace"
            yield self.finding(module, note.at, problem, remedy, fix=_fix(note))
        for call in module.notes(NoNamespace):
            problem = "Celery 6 reads Django's settings by a namespace only"
            remedy = 'add `namespace="CELERY"`'
            fix = _with_namespace(module, call)
            yield self.finding(module, call.at, problem, remedy, fix=fix)


def _fix(note: OldSetting) -> Fix | None:
    if not note.renamed:
        return None
    edits = {
        path: tuple(Edit(*at, new) for at, new in places) for path, places in note.renamed
    }
    own = edits.pop(note.path)
    return Fix(f"Write `{note.new}`", True, own, tuple(edits.items()))


def _with_namespace(module: Module, call: NoNamespace) -> Fix | None:
    from flake8_celery_get.edit.arguments import argument_added  # loads libcst

    return argument_added(module, call.at, 'namespace="CELERY"', "Set a namespace")
