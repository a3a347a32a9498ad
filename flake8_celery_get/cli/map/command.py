"""``celery-guard map``: reads the project, draws it, writes the drawing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flake8_celery_get.cli.arguments import UsageError
from flake8_celery_get.cli.map import json_report, mermaid, page, tree
from flake8_celery_get.cli.map.printable import printable
from flake8_celery_get.cli.outcome import CLEAN, Outcome
from flake8_celery_get.cli.project_options import configured, project_options
from flake8_celery_get.engine import collector_off
from flake8_celery_get.project.files import root_of
from flake8_celery_get.project.project import Project
from flake8_celery_get.written import write

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from flake8_celery_get.model.picture.shape import Picture
    from flake8_celery_get.options import Options

_RENDERERS: dict[str, Callable[[Picture], str]] = {
    "mermaid": mermaid.render,
    "html": page.render,
}


def run(values: argparse.Namespace) -> Outcome:
    """Draw what the command line names; raises `UsageError`."""
    picture, refused = _picture(values.path, project_options(values, configured()))
    if values.format == "json":
        text = json_report.render(picture)
    elif values.format == "tree":
        text = tree.render(printable(picture), is_shown=values.output is None)
    else:
        text = _RENDERERS[values.format](printable(picture))
    notes = (f"no cache: {refused}",) if refused else ()
    if values.output is None:
        return Outcome(CLEAN, text, notes)
    _write(values.output, text)
    return Outcome(CLEAN, complaints=notes)


def _picture(path: str, options: Options) -> tuple[Picture, str]:
    """The picture, and why there is no cache where there should be one."""
    # Imported here: a wrong command line needs no model.
    from flake8_celery_get.model.picture.draw import picture_of
    from flake8_celery_get.model.picture.part import part_below

    project, below = _opened(path, options)
    with collector_off():
        try:
            picture = picture_of(project)
        except Exception:
            if not project.distrust_cache():
                raise
            picture = picture_of(project)
    project.save_facts()
    return part_below(picture, below), project.refused_cache


def _opened(path: str, options: Options) -> tuple[Project, str]:
    """The project that a path belongs to, and the path from its root."""
    if not os.path.exists(path):
        raise UsageError(f"{path}: no such file or folder")
    whole = os.path.abspath(path)
    folder = whole if os.path.isdir(whole) else os.path.dirname(whole)
    project = Project(root_of(folder), options)
    project.open()
    if not any(
        each == whole or each.startswith(_inside(whole)) for each in project.records
    ):
        raise UsageError(f"{path}: there are no Python files here")
    return project, "" if whole == project.root else project.relative(whole)


def _inside(folder: str) -> str:
    return os.path.join(folder, "")


def _write(path: str, text: str) -> None:
    try:
        write(path, text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"--output: {path}: {reason}") from None
