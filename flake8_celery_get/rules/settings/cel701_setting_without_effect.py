"""https://docs.celeryq.dev/en/stable/userguide/configuration.html"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Edit, Finding, Fix
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.written.unknown import UnknownSetting
from flake8_celery_get.rule import UNSAFE, Rule


class SettingWithoutEffect(Rule):
    """A setting has a name that Celery doesn't know.

    ## What it does

    Reports a setting of a Celery app that neither Celery, nor a well-known package beside
    it, nor any code of the project reads: a typo, an incomplete name, or a prefix although
    `config_from_object` has no namespace. Also reports `CELERY_…` constants in the module of
    an app that takes its configuration from Django's settings.

    ## Why is this bad?

    Celery ignores a setting that it doesn't know, without a warning. So the time limit, the
    serializer or the late acknowledgement doesn't apply.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.update(time_limit=300, task_ack_late=True)
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="redis://localhost/0", task_ignore_result=True)
    app.conf.update(task_time_limit=300, task_acks_late=True)
    ```

    With `namespace="CELERY"`, Django's settings are called `CELERY_TASK_TIME_LIMIT` and so
    on: the whole name in upper case, with the namespace in front. Without a namespace,
    `CELERY_` and a new name have no effect.

    ## Exempt

    Names before Celery 4, such as `CELERYD_TASK_TIME_LIMIT`, which Celery 5 still reads,
    even if the app has a namespace. Settings of known packages, such as celery-redbeat.
    Names that other code of the project reads, unless it only computes another setting
    without effect from them. Names that are not similar to Celery's. Test code.

    ## Fix safety

    Unsafe: the setting gets the name that was probably intended, one from before Celery 4 only
    where the file uses such names, as Celery refuses a mix. Once it has an effect, tasks
    behave differently. No fix is offered where the same file sets the right name,
    too, or where another setting is computed from this one.
    """

    code = "CEL701"
    name = "setting-without-effect"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the settings that nobody reads."""
        for note in module.notes(UnknownSetting):
            if note.is_beside_app:
                problem = f"no app reads `{note.name}` here, so it has no effect"
                yield self.finding(module, note.at, problem, "set it in Django's settings")
                continue
            problem = f"Celery has no setting `{note.name}` and ignores it"
            remedy = f"did you mean `{note.meant}`?" if note.meant else "remove it"
            if note.lacks_namespace:
                remedy = 'pass `namespace="CELERY"` to `config_from_object`'
            yield self.finding(module, note.at, problem, remedy, fix=_fix(note))


def _fix(note: UnknownSetting) -> Fix | None:
    if not note.meant or note.is_tied or note.lacks_namespace:
        return None
    return Fix(f"Write `{note.meant}`", False, (Edit(*note.at, note.meant),))
