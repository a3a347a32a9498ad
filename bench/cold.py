"""``celery-guard check`` on one project after the other, each without a cache.

What a check costs may grow with the number of files, and with nothing else.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.command import libcst_import
from bench.growth.table import write
from bench.processes import Usage, run
from bench.rows import Row, Table
from bench.setting import Project, Setting

CORPORA = (
    "allianceauth",
    "apache_superset",
    "celery",
    "django",
    "docsgpt",
    "firexkit",
    "flower",
    "indico",
    "mayan_edms",
    "onadata",
    "osf",
    "pretix",
    "turbinia",
    "weblate",
)
TOGETHER = ("celery", "django")
GENERATED = 10_000
START, FILE, MEMORY = 0.2, 0.001, 150.0
"""Seconds for the start and for each file, megabytes at the peak."""

OUTCOMES = (0, 1, 2)
"""Clean, findings, and files that no Python can read: Django has one among its tests."""


def table(setting: Setting) -> Table:
    """Check each project, then two under one root, then one with very many files."""
    note = (
        f"`celery-guard check -j1 --no-cache`: CPU, median of {setting.repeat}, and peak memory. "
        f"Allowed are {START} s and {FILE * 1000:.0f} ms for each file"
    )
    projects = [setting.project(name) for name in CORPORA]
    projects += [_together(setting), _generated(setting)]
    rows = [row for project in projects for row in _rows(setting, project)]
    yardstick = setting.median(lambda: libcst_import(setting))
    rows.append(Row("`import libcst`, as a yardstick", yardstick, "s"))
    return Table("cold", CORPORA, note, tuple(rows))


def _rows(setting: Setting, project: Project) -> Iterator[Row]:
    files = sum(1 for _ in project.folder.rglob("*.py"))
    runs = [_check(setting, project.folder) for _ in range(setting.repeat)]
    name = f"{project.name}, {files:,} files"
    yield Row(name, median(each.cpu for each in runs), "s", START + FILE * files)
    yield Row(f"{name}: memory", median(each.memory for each in runs), "MB", MEMORY)


def _check(setting: Setting, folder: Path) -> Usage:
    command = [setting.ours.command("celery-guard"), "check", "-j1", "--no-cache", "."]
    return run(command, folder, allowed=OUTCOMES)


def _together(setting: Setting) -> Project:
    """Two large projects that have nothing to do with each other, under one root."""
    folder = setting.copies / "together"
    for name in TOGETHER:
        shutil.copytree(setting.project(name).folder / name, folder / name)
    (folder / "pyproject.toml").touch()
    return Project(" and ".join(TOGETHER), folder)


def _generated(setting: Setting) -> Project:
    folder = setting.copies / "many"
    folder.mkdir()
    write(folder, many_files(GENERATED))
    return Project("generated", folder)


def many_files(number: int) -> dict[str, str]:
    """A project of packages with models, helpers, tasks and views; a tenth has tasks."""
    files: dict[str, str] = {}
    for package in range(number // 10):
        files[f"p{package}/__init__.py"] = ""
        files[f"p{package}/tasks.py"] = TASKS.format(n=package)
        files[f"p{package}/views.py"] = VIEWS.format(n=package)
        for module in range(7):
            files[f"p{package}/m{module}.py"] = MODELS.format(n=module)
    return files


TASKS = """\
from celery import shared_task


@shared_task
def add_{n}(x, y):
    return x + y
"""
VIEWS = """\
from django.http import JsonResponse

from p{n}.tasks import add_{n}


def start(request):
    return JsonResponse({{"id": add_{n}.delay({n}, 1).id}})
"""
MODELS = """\
class Model{n}:
    name = "model {n}"

    def save(self, force=False):
        self.saved = force
        return self

    def get(self, key, default=None):
        return getattr(self, key, default)
"""
