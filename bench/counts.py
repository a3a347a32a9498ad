"""How much work there is: exact counts, the same on every machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench.processes import output
from bench.rows import Row, Table
from bench.setting import Project, Setting

COUNTERS = str(Path(__file__).with_name("counters.py"))
COUNTED = (
    "files",
    "texts searched",
    "texts past the filter",
    "modules parsed",
    "definitions for libcst",
    "lines for libcst",
    "definitions for libcst, for the map",
)


def table(setting: Setting) -> Table:
    """Count on each corpus, without a cache."""
    note = (
        "What a first run does: texts searched for Celery's words, modules parsed by `ast`, "
        "definitions given to libcst"
    )
    rows = [row for project in setting.projects() for row in _rows(setting, project)]
    return Table("counts", setting.corpora, note, tuple(rows))


def _rows(setting: Setting, project: Project) -> Iterator[Row]:
    python = setting.ours.command("python")
    counted = json.loads(output([python, COUNTERS, str(project.folder)], setting.copies))
    for what in COUNTED:
        yield Row(f"{project.name}: {what}", counted.get(what, 0))
