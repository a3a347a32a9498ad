"""Small projects as text, and what a picture of them shows."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from flake8_celery_get.model.picture.draw import picture_of
from flake8_celery_get.model.picture.shape import Picture, Send, Wait
from flake8_celery_get.options import Options
from flake8_celery_get.project.project import Project

TASKS = """\
from celery import Celery

app = Celery("proj")


@app.task
def mail(to): ...


@app.task
def report(year): ...


@app.task(bind=True)
def clean(self): ...
"""
"""``proj/tasks.py`` of every project here."""


def drawn(root: Path, files: dict[str, str]) -> Picture:
    """Write a project and draw it; ``proj/tasks.py`` is there already."""
    (root / "pyproject.toml").touch()
    for name, text in {"proj/__init__.py": "", "proj/tasks.py": TASKS, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    project = Project(str(root), Options(cache=False))
    project.open()
    return picture_of(project)


def sends(root: Path, files: dict[str, str]) -> list[str]:
    """``kind name -> task`` of each send, with the helpers on the way."""
    picture = drawn(root, files)
    return [_told(picture, send.sender, send.task, send) for send in picture.sends]


def waits(root: Path, files: dict[str, str]) -> list[str]:
    """The same of each wait; ``?`` stands for a result by its id."""
    picture = drawn(root, files)
    return [_told(picture, wait.waiter, wait.task, wait) for wait in picture.waits]


def _told(picture: Picture, start: str, end: str, edge: Send | Wait) -> str:
    labels = {node.id: node.label for node in picture.nodes}
    way = "".join(f" > {step.name.rpartition('.')[2]}" for step in edge.through)
    return f"{start.partition(':')[0]} {labels[start]}{way} -> {labels.get(end, '?')}"
