"""How many tasks a second the guard runs, beside Celery's own ways to run them in tests.

Each way runs in a process of its own; the processes of a round follow each other, so a busy
machine disturbs them alike. Ratios are taken within a round.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench.environments import Environment
from bench.guard import spread
from bench.guard.contestants import WAYS
from bench.processes import output
from bench.rows import Row, Table
from bench.setting import Setting

CONTESTANTS = str(Path(__file__).with_name("contestants.py"))
TASKS = 10_000
WORKER, STORED = "worker thread", "always eager, stored"
NOT_SLOWER = 100.0
TIMES = 3.0

Round = dict[str, dict[str, float]]
"""For each way the seconds that it took, by the clock (``wall``) and of CPU time (``cpu``)."""


def table(setting: Setting) -> Table:
    """Measure all ways, and compare step with two of them."""
    note = (
        f"{TASKS:,} tasks that do nothing, sent and then run; median of {setting.repeat} "
        "rounds, the lowest and the highest in brackets"
    )
    rounds = [
        measured(setting.guarded, TASKS, setting.copies) for _ in range(setting.repeat)
    ]
    rows = (*_rates(rounds), *_ratios(rounds))
    return Table("guard-rates", (), note, rows, "pytest_celery_guard")


def measured(environment: Environment, number: int, folder: Path) -> Round:
    """Return one round."""
    python = environment.command("python")
    return {
        way: json.loads(output([python, CONTESTANTS, way, str(number)], folder))
        for way in WAYS
    }


def _rates(rounds: list[Round]) -> Iterator[Row]:
    for way in WAYS:
        rates = [TASKS / each[way]["wall"] for each in rounds]
        yield spread.row(way, rates, "tasks/s")


def _ratios(rounds: list[Round]) -> Iterator[Row]:
    for clock, name in ("wall", "by the clock"), ("cpu", "CPU"):
        judged = clock == "wall"
        of_worker = [100 * each["step"][clock] / each[WORKER][clock] for each in rounds]
        what = f"step's time, of the worker thread's, {name}"
        yield spread.row(what, of_worker, "%", NOT_SLOWER if judged else None)
        of_stored = [each["step"][clock] / each[STORED][clock] for each in rounds]
        what = f"step's time, in times of always eager, stored, {name}"
        yield spread.row(what, of_stored, "times", TIMES if judged else None)
