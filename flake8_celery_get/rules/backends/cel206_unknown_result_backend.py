"""https://docs.celeryq.dev/en/stable/userguide/configuration.html#result-backend"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Fix
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.settings.answers import SetTo
from flake8_celery_get.model.settings.apps.backends import GONE, meant_by, unknown_backend
from flake8_celery_get.rule import UNSAFE, Rule


class UnknownResultBackend(Rule):
    """The result backend is unknown to Celery.

    ## What it does

    Reports a `result_backend` whose name or URL scheme is not that of a backend of Celery
    5: `amqp`, which was removed, `sqlite://` without `db+`, `memory://` without `cache+`,
    or a typo.

    ## Why is this bad?

    The program starts, but the first send or the first read of a result fails:
    `ImproperlyConfigured: Unknown result backend: 'amqp'`, or `ModuleNotFoundError: No
    module named 'sqlite'`.

    ## Example

    ```python
    from celery import Celery

    app = Celery("proj", broker="amqp://localhost//", backend="amqp://localhost//")
    ```

    ## Use instead

    ```python
    from celery import Celery

    app = Celery("proj", broker="amqp://localhost//", backend="rpc://")
    ```

    ## Exempt

    Dotted paths and `module:Class`, the backends of django-celery-results, and projects
    that register backends of their own, by `override_backends`, `BACKEND_ALIASES` or an entry
    point.

    ## Fix safety

    Unsafe: the scheme becomes the one that was probably intended, and the rest of the URL
    is kept. `amqp://` is replaced by `rpc://`, which uses the broker. Only URLs that are
    written as a literal have a fix.
    """

    code = "CEL206"
    name = "unknown-result-backend"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the places that set such a backend."""
        for setting in module.settings_on_some_way("result_backend"):
            name = _unknown(setting)
            if name and not module.model.apps.may_have_own_backends:
                yield self._finding(module, setting, name)

    def _finding(self, module: Module, setting: SetTo, name: str) -> Finding:
        meant = meant_by(name)
        remedy = f"use `{meant}://`" if meant else "use one that it has, such as `redis://`"
        since = " anymore" if name in GONE else ""
        problem = f"Celery has no result backend `{name}`{since}"
        fix = _fix(module, setting, name, meant) if meant else None
        return self.finding(module, setting.place[1], problem, remedy, fix=fix)


def _fix(module: Module, setting: SetTo, name: str, meant: str) -> Fix | None:
    old = str(setting.value)
    rest = "" if meant == "rpc" else old.removeprefix(name).removeprefix("://")
    new = f"{meant}://{rest}"
    from flake8_celery_get.edit.constants import url_replaced  # loads libcst

    return url_replaced(module, setting.place[1], old, new, f"Use `{meant}://`")


def _unknown(setting: SetTo) -> str:
    if not isinstance(setting.value, str):
        return ""
    return unknown_backend(setting.value, is_start=setting.is_start)
