"""The Celery app under test: named, or Django's, or the only one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import FunctionType
from typing import Any

from celery import Celery
from celery.app.utils import find_app as celery_find_app

from pytest_celery_guard.app import apps_of_tests
from pytest_celery_guard.app.place import place_of
from pytest_celery_guard.basics.meant import closest, did_you_mean
from pytest_celery_guard.errors import GuardError, NoAppError

HOW = (
    'Name it in the ini file, celery_guard_app = "{name}", or in a marker,'
    ' @pytest.mark.celery_guard(app="{name}"), or let a fixture celery_guard_app return it'
)
"""How to end the search."""

LATER = (
    "If a fixture creates the app, list celery_guard after it; if setUp or the test creates it,"
    " use with CeleryGuard(app)."
)
"""How to have the guard on for an app that isn't there yet when the search begins."""


SHOWN = 80
"""So much is shown of what is not an app."""


def find_app(name: Any) -> Any:
    """The app of that name (``package.module:app``, or what ``celery -A`` takes).

    Without a name: what the fixtures of the test have made, else the app of Django's settings
    package, else the only app that is alive. Raises NoAppError, with the candidates, when there
    is not exactly one.
    """
    if isinstance(name, Celery):
        return name
    if name and not isinstance(name, str):
        return an_app(name, "celery_guard_app is {}, which is not a Celery app.")
    if name:
        return named(name)
    return _only(apps_of_tests.made_by_fixtures()) or of_django() or only_one()


def checked(told: Any) -> Any:
    """What the fixture ``celery_guard_app`` returns, if it is an app. Raises NoAppError."""
    return an_app(
        told, "The fixture celery_guard_app returns {}, which is not a Celery app."
    )


def an_app(told: Any, text: str) -> Any:
    """What someone gives as an app. Raises NoAppError with a text that names it."""
    __tracebackhide__ = True
    if isinstance(told, Celery):
        return told
    raise NoAppError(text.format(_shortened(told)) + _behind(told))


def _shortened(told: object) -> str:
    short = repr(told)
    return short if len(short) <= SHOWN else f"{short[:SHOWN]}…"


def _behind(told: Any) -> str:
    """Where the app is in something that has one."""
    if isinstance(getattr(told, "app", None), Celery):
        return " Return its .app."
    extensions = getattr(told, "extensions", {})
    has_one = isinstance(extensions, Mapping) and "celery" in extensions
    return ' Return its extensions["celery"].' if has_one else ""


def _made_by(found: Any) -> str:
    """What to write where a name is that of a factory."""
    if not isinstance(found, FunctionType):
        return ""
    call = f"{found.__name__}()"
    return f" If it creates the app, let a fixture celery_guard_app return {call}."


def named(name: str) -> Any:
    """The app that a name stands for, as for ``celery -A name``."""
    try:
        found = celery_find_app(name)
    except Exception as error:
        raise NoAppError(
            f"celery_guard_app is {name!r}, {_why_not(name, error)}"
        ) from error
    if not isinstance(found, Celery):
        raise NoAppError(
            f"celery_guard_app is {name!r}, but that is {_shortened(found)}, not a Celery app."
            + _made_by(found)
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
    """The only app alive, but for those of other tests."""
    apps = apps_of_tests.lasting()
    if not apps:
        how = HOW.format(name="proj.celery:app")
        raise NoAppError(
            f"celery_guard found no Celery app, because none has been imported yet. {how}. {LATER}"
        )
    return _only(apps)


def _only(apps: list[Any]) -> Any:
    if len(apps) < 2:
        return apps[0] if apps else None
    told = sorted(map(_told, apps))
    names = [place for place in map(_place, apps) if place] or ["proj.celery:app"]
    how = HOW.format(name=min(names))
    later = "" if any(map(_place, apps)) else f" {LATER}"
    raise NoAppError(
        f"celery_guard found {len(apps)} Celery apps: {', '.join(told)}. {how}.{later}"
    )


def _told(app: Any) -> str:
    place = _place(app)
    return f"{app.main!r} ({place})" if place else f"{app.main!r} (created in a function)"


def _place(app: Any) -> str:
    """The name by which an app can be imported; empty if it is not global in a module."""
    try:
        return ":".join(place_of(app))
    except GuardError:
        return ""


def _why_not(name: str, error: Exception) -> str:
    """What is wrong with a name: there is the module, and it has another app."""
    module, _, attribute = name.partition(":")
    apps = list(_apps_in(module))
    if not attribute or module not in sys.modules:
        return f"but that can't be imported: {error!r}"
    close = closest(attribute, apps) or next(iter(apps), None)
    hint = did_you_mean(close, shown=f"{module}:{{}}".format)
    return f"and {module} has no {attribute!r}.{hint}"


def _apps_in(module: str) -> Iterator[str]:
    names: Iterable[tuple[str, Any]] = vars(sys.modules.get(module, object)).items()
    return (name for name, value in names if isinstance(value, Celery))
