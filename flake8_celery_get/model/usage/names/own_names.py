"""What a task is called that has no name of its own: after its module, wherever that begins.

https://docs.djangoproject.com/en/stable/ref/django-admin/
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.django import named_settings
from flake8_celery_get.model.usage.written.said_options import name_of

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.tasks import Defined


def sure_name_of(world: Surroundings, task: Defined) -> str:
    """The name of a task; empty where its module may have two.

    ``manage.py`` in a package makes that package a folder that imports start from. Then the
    settings say which name the module has, unless some code has the other one.
    """
    name = name_of(world, task)
    package = "" if task.is_named else _package_with_manage(world, task.symbol.scope.path)
    if not package or not name:
        return name
    long = world.project.modules.name_of(os.path.join(package, "__init__.py"))
    short = name.removeprefix(f"{long}.")
    is_short = _starts_in(world, package) and not _is_said(world, name, long)
    return short if is_short and short != name else ""


def _package_with_manage(world: Surroundings, path: str) -> str:
    """The nearest folder above a file that is a package and has ``manage.py``; or empty."""
    records = world.project.records
    folder = os.path.dirname(path)
    while os.path.join(folder, "__init__.py") in records:
        if os.path.join(folder, "manage.py") in records:
            return folder
        folder = os.path.dirname(folder)
    return ""


def _starts_in(world: Surroundings, package: str) -> bool:
    """Whether ``manage.py`` names settings that are found from its own folder only."""
    text = world.project.consult(os.path.join(package, "manage.py")).text
    stems = [os.path.join(package, *name.split(".")) for name in named_settings(text)]
    found = [any(path in world.project.records for path in _files(stem)) for stem in stems]
    return bool(found) and all(found)


def _files(stem: str) -> tuple[str, str]:
    return f"{stem}.py", os.path.join(stem, "__init__.py")


def _is_said(world: Surroundings, task: str, package: str) -> bool:
    """Whether code names the task's module, or the application around it, with the package."""
    first = re.escape(package)
    names = re.compile(rf"(?<![\w.]){first}(?:\.\w+)+")
    imports = re.compile(rf"(?m)^[ \t]*(?:from|import)[ \t]+{first}\b(?!\.)")
    project = world.project
    for path in project.mentioning({package.rpartition(".")[2]}):
        text = project.consult(path).text
        if world.is_test(path):
            continue
        if imports.search(text) or any(
            _is_around(found[0], task, package) for found in names.finditer(text)
        ):
            return True
    application = ".".join(task.split(".")[: package.count(".") + 2])
    return project.beside.mention({application})


def _is_around(said: str, task: str, package: str) -> bool:
    """Whether a dotted name leads to the task's module, or to the configuration of its app."""
    parts, own = said.split("."), task.split(".")
    depth = package.count(".") + 2
    if parts[:depth] != own[:depth]:
        return False
    rest = parts[depth:]
    return not rest or rest[0] in ("apps", own[depth])
