"""Settings by the names that they had before Celery 4, and what has to be renamed with them.

https://docs.celeryq.dev/en/stable/userguide/configuration.html#new-lowercase-settings
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.known import spelling
from flake8_celery_get.model.known.celery_settings import SETTINGS
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.django import OfDjango
from flake8_celery_get.model.usage.celery6.families import Renamed, families
from flake8_celery_get.model.usage.written.listed import Written, written_settings

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import Apps

_OLD = {old: name for name, old in SETTINGS.items() if old}


@dataclass(frozen=True, slots=True)
class OldSetting(Note):
    """A setting by its name before Celery 4; ``new`` is how it is written now.

    ``renamed`` is what to write for it in each file, also where it is used, and for what has
    to be renamed at the same time; empty where that is unclear. Without a namespace, Django's
    settings can have no new name: ``new`` is empty.
    """

    name: str
    new: str
    setting: str
    renamed: Renamed = ()


@dataclass(frozen=True, slots=True)
class NoNamespace(Note):
    """An app that takes old names from Django's settings, which have no namespace."""


def old_settings(apps: Apps) -> Iterator[OldSetting | NoNamespace]:
    """The settings, and the apps that can't have others."""
    written = list(written_settings(apps))
    found = [each for each in written if _is_old(each)]
    new = {each: _new_name(each, _OLD[each.name]) for each in found}
    for family in families(apps.world, found):
        for each in family.members:
            path, at = each.place
            renamed = family.renamed(each, new)
            yield OldSetting(path, at, None, each.name, new[each], _OLD[each.name], renamed)
    if any(each.in_django and not each.namespace for each in found):
        yield from _without_namespace(apps)


def _without_namespace(apps: Apps) -> Iterator[NoNamespace]:
    for app in apps:
        for source, (path, at) in app.calls_with(OfDjango):
            if not getattr(source, "namespace", "") and not apps.world.is_test(path):
                yield NoNamespace(path, at, None)


def _is_old(written: Written) -> bool:
    bare = spelling.without_namespace(written.name, written.namespace)
    return written.name in _OLD and bare not in SETTINGS


def _new_name(written: Written, setting: str) -> str:
    namespace = written.namespace
    if namespace:
        return f"{namespace}_{setting}".upper() if namespace.isupper() else setting
    return "" if written.in_django else setting
