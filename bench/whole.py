"""Whole flake8 processes, with and without the plugin, in turns.

What a user's clock and memory see, also what the clock inside misses: the collector has
more to look through, the processor's caches hold less. With ``-j1`` it is judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from bench.environments import Environment
from bench.processes import Usage, run
from bench.rows import Row, Table
from bench.setting import FLAKE8, Project, Setting

COLD, WARM, WITHOUT_CELERY = 5.0, 1.0, 1.0
"""Percent of flake8's own time. ``django`` never says celery."""

MEMORY = 30.0


@dataclass(frozen=True, slots=True)
class Round:
    """Three runs right after each other, so that a busy machine disturbs them alike."""

    plain: Usage
    cold: Usage
    warm: Usage


def table(setting: Setting) -> Table:
    """Measure CPU time with ``-j1`` and ``-j2``, and the peak of memory."""
    note = (
        "User and system time that the plugin adds to a whole flake8 process, and its peak "
        f"memory; median of {setting.repeat} rounds of plain, cold and warm"
    )
    rows = [row for project in setting.projects() for row in _rows(setting, project)]
    return Table("whole", setting.corpora, note, tuple(rows))


def _rows(setting: Setting, project: Project) -> Iterator[Row]:
    for jobs in (1, 2):
        rounds = [_round(setting, project, jobs) for _ in range(setting.repeat)]
        cold = median(_added(r.plain, r.cold) for r in rounds)
        warm = median(_added(r.plain, r.warm) for r in rounds)
        most = WITHOUT_CELERY if project.name == "django" else COLD
        limits = (most, WARM) if jobs == 1 else (None, None)
        yield Row(f"{project.name}: `-j{jobs}`, cold cache", cold, "%", limits[0])
        yield Row(f"{project.name}: `-j{jobs}`, warm cache", warm, "%", limits[1])
        if jobs == 1:
            yield Row(f"{project.name}: runs of flake8 alone, apart", _apart(rounds), "%")
            memory = median(r.cold.memory - r.plain.memory for r in rounds)
            yield Row(f"{project.name}: memory, cold cache", memory, "MB", MEMORY)


def _apart(rounds: list[Round]) -> float:
    """How far the same work is from itself: a smaller difference says nothing."""
    times = [each.plain.cpu for each in rounds]
    return 100 * (max(times) / min(times) - 1)


def _added(plain: Usage, with_plugin: Usage) -> float:
    return 100 * (with_plugin.cpu / plain.cpu - 1)


def _round(setting: Setting, project: Project, jobs: int) -> Round:
    plain = _flake8(setting.plain, project, jobs)
    project.forget()
    cold = _flake8(setting.ours, project, jobs)
    return Round(plain, cold, _flake8(setting.ours, project, jobs))


def _flake8(environment: Environment, project: Project, jobs: int) -> Usage:
    command = [environment.command("flake8"), *FLAKE8, f"-j{jobs}", "."]
    return run(command, project.folder)
