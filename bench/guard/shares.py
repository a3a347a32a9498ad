"""Whose code the time of a step is spent in: ours, Celery's, kombu's, or the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench.guard import spread
from bench.processes import output
from bench.rows import Row, Table
from bench.setting import Setting

PROFILED = str(Path(__file__).with_name("profiled.py"))
TASKS = 10_000
OURS = "pytest_celery_guard"

Profile = dict[str, dict[str, float]]
"""Shares of the whole: of frames by package (``own``), and of what the guard ``called``."""


def table(setting: Setting) -> Table:
    """Profile the sending and running of many tasks."""
    note = (
        f"cProfile of {TASKS:,} tasks that do nothing, sent and then run; median of "
        f"{setting.repeat}. Time in built-in functions counts for the module that calls them"
    )
    python = setting.guarded.command("python")
    command = [python, PROFILED, str(TASKS)]
    profiles = [read(output(command, setting.copies)) for _ in range(setting.repeat)]
    rows = tuple(_rows([each["own"] for each in profiles], "inside"))
    called = tuple(_rows([each["called"] for each in profiles], "called by the guard:"))
    return Table("guard-shares", (), note, rows + called, OURS)


def read(printed: str) -> Profile:
    """Return what ``profiled.py`` prints."""
    found: Profile = json.loads(printed)
    return found


def _rows(profiles: list[dict[str, float]], where: str) -> Iterator[Row]:
    for name in profiles[0]:
        shares = [100 * each[name] for each in profiles]
        yield spread.row(f"{where} {name}", shares, "%")
