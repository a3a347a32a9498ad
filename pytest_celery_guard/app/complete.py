"""Does with an app what a worker does as it starts, so that all of its tasks are there."""

from __future__ import annotations

import os
from typing import Any

from pytest_celery_guard.basics.undo import Undo

SKIP_CHECKS = "CELERY_SKIP_CHECKS"
"""What ``celery --skip-checks`` sets: no system check of Django's is run with the imports."""


def complete(app: Any) -> None:
    """Bind the tasks of an app, import its modules, and read its settings.

    Django's system checks are for production: under the settings of a test suite they may fail.
    """
    app.finalize()
    with Undo() as undo:
        _set_for_now(undo, SKIP_CHECKS, "true")
        app.loader.import_default_modules()
    app.conf.finalize()


def _set_for_now(undo: Undo, name: str, value: str) -> None:
    if name in os.environ:
        undo.callback(os.environ.__setitem__, name, os.environ[name])
    else:
        undo.callback(os.environ.pop, name, None)
    os.environ[name] = value
