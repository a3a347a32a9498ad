"""The Celery app under test: named, or Django's, or the only one."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.app.utils import find_app as celery_find_app

from pytest_celery_guard import private
from pytest_celery_guard.errors import NoAppError

HOW = (
    'Name it in the ini file (celery_guard_app = "proj.celery:app") or override the fixture'
)
"""How to end the search."""


def find_app(name: str | None) -> Any:
    """The app of that name (``package.module:app``, or what ``celery -A`` takes).

    Without a name: the app of Django's settings package, else the only app that is alive.
    Raises NoAppError, with the candidates, when there is not exactly one.
    """
    if name:
        return named(name)
    return of_django() or only_one()


def named(name: str) -> Any:
    """The app that a name stands for, as for ``celery -A name``."""
    try:
        found = celery_find_app(name)
    except Exception as error:
        raise NoAppError(
            f"celery_guard_app is {name!r}, which can't be imported: {error!r}"
        ) from error
    if not isinstance(found, Celery):
        raise NoAppError(
            f"celery_guard_app is {name!r}, which is {found!r} and no Celery app."
        )
    return found


def of_django() -> Any:
    """The app of the package that holds Django's settings; None when there is none."""
    package = os.environ.get("DJANGO_SETTINGS_MODULE", "").partition(".")[0]
    if not package:
        return None
    try:
        found = celery_find_app(package)
    except Exception:  # a settings package without an app, or not importable from here
        return None
    return found if isinstance(found, Celery) else None


def only_one() -> Any:
    """The only app alive."""
    apps = [app for app in private.live_apps() if not private.is_fallback(app)]
    if len(apps) == 1:
        return apps[0]
    if not apps:
        raise NoAppError(f"celery_guard finds no Celery app: none was imported yet. {HOW}.")
    names = ", ".join(sorted(repr(app.main) for app in apps))
    raise NoAppError(f"celery_guard finds {len(apps)} Celery apps: {names}. {HOW}.")
