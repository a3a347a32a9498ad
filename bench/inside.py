"""The CPU share that a plugin takes inside flake8: what explains the cost of whole processes.

Two runs of flake8 differ by more than a cheap plugin costs. Inside one run a plugin's own
time is separable, so it is measured there, by ``probe.py``, also that of other plugins.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench.environments import OTHERS, OURS, Environment, with_plugin
from bench.processes import output
from bench.rows import Row, Table
from bench.setting import FLAKE8, Project, Setting

PROBE = str(Path(__file__).with_name("probe.py"))
SLOW = "flake8-async"
SLOW_CORPUS = "weblate"


def table(setting: Setting) -> Table:
    """Measure our plugin, cold and warm, and those it is compared with."""
    note = (
        "A plugin's CPU time as a share of flake8's own in the same process, `-j1`; "
        f"ours is the median of {setting.repeat}, the others ran once"
    )
    rows = [row for project in setting.projects() for row in _rows(setting, project)]
    return Table("inside", setting.corpora, note, tuple(rows))


def _rows(setting: Setting, project: Project) -> Iterator[Row]:
    def cold() -> float:
        project.forget()
        return share(setting.ours, OURS, project)

    first = setting.median(cold)
    again = setting.median(lambda: share(setting.ours, OURS, project))
    yield Row(f"{project.name}: {OURS}, cold cache", first, "%")
    yield Row(f"{project.name}: {OURS}, warm cache", again, "%")
    for other in OTHERS:
        if other != SLOW or setting.full or project.name == SLOW_CORPUS:
            theirs = share(with_plugin(other), other, project)
            yield Row(f"{project.name}: {other}", theirs, "%")
            yield from _compared(project, other, first, theirs)


def _compared(project: Project, other: str, ours: float, theirs: float) -> Iterator[Row]:
    what = f"{project.name}: {OURS}, cold cache, of {other}'s"
    if other == "flake8-pie":
        yield Row(what, 100 * ours / theirs, "%", 100)
    if other == SLOW:  # at least 100 times cheaper
        yield Row(what, 100 * ours / theirs, "%", 1)


def share(environment: Environment, plugin: str, project: Project) -> float:
    """Return the plugin's CPU time in percent of the rest of the process's."""
    python = environment.command("python")
    printed = output(
        [python, PROBE, plugin, *FLAKE8, "--output-file=/dev/null", "."], project.folder
    )
    spent = json.loads(printed.splitlines()[-1])
    rest = spent["process"] - spent["plugin"]
    return 100.0 * float(spent["plugin"]) / float(rest)
