"""Settings that nobody takes notice of: their names are unknown to Celery."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.known import spelling
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.django import OfDjango
from flake8_celery_get.model.usage.written.beside_apps import constants_beside_apps
from flake8_celery_get.model.usage.written.listed import Written, written_settings
from flake8_celery_get.model.usage.written.unread import readers, unread_of

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import Apps

_OLD_PREFIXES = ("CELERY_", "CELERYD_", "CELERYBEAT_")
_NAMESPACE = re.compile(r"\bconfig_from_object\([^()]*\bnamespace\s*=")


@dataclass(frozen=True, slots=True)
class UnknownSetting(Note):
    """A setting that Celery doesn't know, and how the one that is meant is written.

    ``meant`` is empty where nothing comes close. ``is_tied``: the same file sets that,
    too, or another setting is made of this one. ``lacks_namespace``: with one, Celery knew it.
    ``is_beside_app``: Celery knows the name, but no app reads the module.
    """

    name: str
    meant: str
    is_tied: bool = False
    lacks_namespace: bool = False
    is_beside_app: bool = False


def unknown_settings(apps: Apps) -> Iterator[UnknownSetting]:
    """The settings without effect: nothing of the project reads them either."""
    project = apps.world.project
    all_written = list(written_settings(apps))
    if _has_unseen_app(apps):
        all_written = [each for each in all_written if not _lacks_namespace(each)]
    names = {(written.place[0], written.name) for written in all_written}
    strange = list(filter(_is_strange, all_written))
    unread = unread_of(project, {written.name for written in strange})
    in_old_names = {
        w.place[0] for w in all_written if w.in_django or spelling.is_old(w.name)
    }
    without = _without_namespace(all_written, strange)
    for written in strange:
        if written.name in unread:
            path, at = written.place
            meant = spelling.meant_by(written.name, written.namespace)
            if meant:
                meant = spelling.written_as(
                    meant,
                    written.name,
                    written.namespace,
                    as_before_4=path in in_old_names,
                )
            is_tied = (path, meant) in names or any(readers(project, written.name))
            lacks_namespace = path not in without and _lacks_namespace(written)
            yield UnknownSetting(
                path, at, None, written.name, meant, is_tied, lacks_namespace
            )
    for name, (path, at) in constants_beside_apps(apps):
        yield UnknownSetting(path, at, None, name, "", is_beside_app=True)


def _has_unseen_app(apps: Apps) -> bool:
    """Whether a file configures an app with a namespace, and no known app is configured there.

    The class of such an app is in a package that can't be read.
    """
    world = apps.world
    seen = {
        source.importer
        for app in apps
        for _, source in app.sources
        if isinstance(source, OfDjango)
    }
    named = world.project.matching({"config_from_object"}, _NAMESPACE)
    return any(path not in seen and not world.is_test(path) for path in named)


def _without_namespace(written: list[Written], strange: list[Written]) -> set[str]:
    """The files that mostly use names from before Celery 4, which need no namespace."""
    old = Counter(w.place[0] for w in written if spelling.needs_no_namespace(w.name))
    new = Counter(w.place[0] for w in strange if _lacks_namespace(w))
    return {path for path, count in old.items() if count >= new[path]}


def _is_strange(written: Written) -> bool:
    """Whether a name looks like one of Celery's, and is none."""
    name, namespace = written.name, written.namespace
    if name.startswith("_") or spelling.is_known(name, namespace):
        return False
    if written.in_django and spelling.lacks_prefix(name):
        return True
    if spelling.is_gone(name) or spelling.is_in_family(name, namespace):
        return True
    if name.isupper() and name.startswith(_OLD_PREFIXES) and not namespace:
        # Other code may read what else is in Django's settings.
        return not written.in_django or written.in_flask or _lacks_namespace(written)
    is_celerys = name.upper().startswith("CELERY") or name.islower()
    return is_celerys and bool(spelling.meant_by(name, namespace))


def _lacks_namespace(written: Written) -> bool:
    """Whether Django's settings use names for a namespace, and no app has one."""
    is_alone = not (written.namespace or written.is_shared or written.in_flask)
    return written.in_django and is_alone and spelling.lacks_namespace(written.name)
