"""An edit in a process that holds the project, as an editor's server does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench.processes import output
from bench.rows import Row, Table
from bench.setting import Project, Setting

PROBE = Path(__file__).with_name("edit_probe.py")
EDITS = 200
WITH_CELERY, WITHOUT = 100.0, 10.0
"""Milliseconds for an edit of a file that speaks of Celery, and of any other."""


def table(setting: Setting) -> Table:
    """Make edits at random, and tell what 95 of 100 cost at most."""
    note = (
        f"CPU time until the edited file's findings are known, in a process that holds the "
        f"project: the 95th percentile of {EDITS} edits, half of them in files with Celery"
    )
    rows = [row for project in setting.projects() for row in _rows(setting, project)]
    return Table("edits", setting.corpora, note, tuple(rows))


def _rows(setting: Setting, project: Project) -> Iterator[Row]:
    command = [setting.ours.command("python"), str(PROBE), ".", str(EDITS)]
    costs = json.loads(output(command, project.folder))
    name = f"{project.name}: an edit in a file"
    yield Row(f"{name} with Celery", _most(costs["with"]), "ms", WITH_CELERY)
    yield Row(f"{name} without", _most(costs["without"]), "ms", WITHOUT)
    share = _most(costs["with"]) / costs["first"] * 100
    yield Row(f"{name} with Celery, of a first check", share, "%")
    for kind, words in (("with", "with Celery"), ("without", "without")):
        if costs[kind]:
            anew = costs["anew"][kind] / len(costs[kind]) * 100
            yield Row(f"{project.name}: edits {words} that evaluate anew", anew, "%")


def _most(costs: list[float]) -> float:
    """What 95 of 100 cost at most; 0 where there are none."""
    ordered = sorted(costs)
    return ordered[int(0.95 * (len(ordered) - 1))] if ordered else 0.0
