"""Where the time of a check without a cache goes: what it can't do without, and the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.cold import FILE, START
from bench.parts_probe import REST
from bench.processes import output, run
from bench.rows import Row, Table
from bench.setting import FLAKE8, Project, Setting

PROBE = str(Path(__file__).with_name("parts_probe.py"))


def table(setting: Setting) -> Table:
    """Divide the time of a check of each corpus."""
    note = (
        f"CPU time of a check without a cache, by parts; median of {setting.repeat}. The last "
        f"rows compare all but the rest with {START} s and {FILE * 1000:.0f} ms for each file, "
        "and with one run of flake8 without the plugin"
    )
    rows = [row for project in setting.projects() for row in _rows(setting, project)]
    return Table("parts", setting.corpora, note, tuple(rows))


def _rows(setting: Setting, project: Project) -> Iterator[Row]:
    runs = [_divided(setting, project) for _ in range(setting.repeat)]
    spent = {part: median(run.get(part, 0.0) for run in runs) for part in runs[0]}
    for part in sorted(spent, key=REST.__eq__):
        yield Row(f"{project.name}: {part}", spent[part], "s")
    files = sum(1 for _ in project.folder.rglob("*.py"))
    others = sum(spent.values()) - spent[REST]
    share = others / (START + FILE * files) * 100
    yield Row(f"{project.name}: all but the rest, of what is allowed", share, "%")
    plain = run([setting.plain.command("flake8"), *FLAKE8, "."], project.folder).cpu
    share = 100 * others / plain
    yield Row(f"{project.name}: all but the rest, of flake8's time", share, "%")


def _divided(setting: Setting, project: Project) -> dict[str, float]:
    python = setting.ours.command("python")
    printed = output([python, PROBE, str(project.folder)], setting.copies)
    spent: dict[str, float] = json.loads(printed)
    return spent
