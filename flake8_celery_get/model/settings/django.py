"""Django's settings: the modules that ``DJANGO_SETTINGS_MODULE`` is set to in the code."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.answers import Answer, CantTell, any_of
from flake8_celery_get.model.settings.modules import OfModule

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings

VARIABLE = "DJANGO_SETTINGS_MODULE"
_CHOICES = re.compile(
    rf"""\(\s*["']{VARIABLE}["']\s*,\s*([^)]*?)\s*,?\s*\)"""
    rf"""|environ\[["']{VARIABLE}["']\]\s*=(?!=)\s*([^\n#]*?)\s*(?:\#.*)?$""",
    re.MULTILINE,
)
_NAME = re.compile(r"""["']([\w.]+)["']""")
_FOR_TESTS = re.compile(r"(?:^|_)test(?:s|ing)?(?:_|$|settings$)")
_NOTHING = frozenset({'""', "''", "None"})
"""Defaults of code that only asks which settings are used."""


@dataclass(frozen=True, slots=True)
class OfDjango:
    """``django.conf.settings``, as the file at ``importer`` gets it."""

    importer: str
    namespace: str

    def find(self, world: Surroundings, setting: str) -> Answer:
        """What all settings modules agree on."""
        modules = _outside_tests(world, self.importer)
        if not modules or None in modules:
            return CantTell(frozenset({self.importer}))
        return any_of(
            OfModule(path, self.namespace).find(world, setting)
            for path in modules
            if path is not None
        )


def settings_modules(world: Surroundings, importer: str) -> list[str | None]:
    """The files of all settings modules; None stands for one that can't be found."""
    return _found(world, importer, _names_of(world, importer))


def _outside_tests(world: Surroundings, importer: str) -> list[str | None]:
    """The same without those that ``manage.py test`` chooses, if others are named, too."""
    names = _names_of(world, importer)
    others = [name for name in names if not _FOR_TESTS.search(name.rpartition(".")[2])]
    return _found(world, importer, others if any(others) else names)


def _found(world: Surroundings, importer: str, names: list[str]) -> list[str | None]:
    find = world.project.modules.find
    return list(dict.fromkeys(find(name, importer) if name else None for name in names))


def _names_of(world: Surroundings, importer: str) -> list[str]:
    """The names that the files of a site set the variable to."""
    site = _site_of(world, importer)
    return [
        name
        for path in world.project.mentioning({VARIABLE})
        if path.startswith(site) and not world.is_test(path)
        for name in named_settings(world.project.consult(path).text)
    ]


def named_settings(text: str) -> Iterator[str]:
    """The names that a file sets the variable to; empty for one that can't be read."""
    for match in _CHOICES.finditer(text):
        said = match[1] or match[2] or ""
        if said not in _NOTHING and VARIABLE not in said:
            name = _NAME.fullmatch(said)
            yield name[1] if name else ""


def _site_of(world: Surroundings, path: str) -> str:
    """The start of all paths of the same site: a repository may hold several ``manage.py``."""
    folder = os.path.dirname(path)
    while folder.startswith(world.project.root):
        if os.path.join(folder, "manage.py") in world.project.records:
            return os.path.join(folder, "")
        folder = os.path.dirname(folder)
    return ""
