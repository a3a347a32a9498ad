"""The exponents with which the cost of a check grows, each between two sizes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.growth.projects import KINDS
from bench.processes import output, run
from bench.rows import Row, Table
from bench.setting import Setting

EXPONENT = 1.1
TIMES = 4
"""The larger project has so many times what the smaller one has."""

FINDINGS = 1
UNIT = "as exponent"
CALLS = str(Path(__file__).with_name("calls_probe.py"))


def table(setting: Setting) -> Table:
    """Check two sizes of each project; what one with a single thing costs is taken off."""
    note = (
        f"`celery-guard check -j1 --no-cache`, CPU, median of {setting.repeat}: the exponent "
        f"between two generated projects, of which one has {TIMES} times as much of one thing "
        "as the other. Where the target is missed, also for the number of calls of functions"
    )
    rows = [row for name in KINDS for row in _rows(setting, name)]
    return Table("growth", (), note, tuple(rows))


def _rows(setting: Setting, name: str) -> Iterator[Row]:
    make, size = KINDS[name]

    def grows(cost: Callable[[dict[str, str]], float]) -> float:
        start, small, large = (cost(make(each)) for each in (1, size, TIMES * size))
        return exponent(small - start, large - start)

    time = grows(lambda files: setting.median(partial(_cost, setting, files)))
    row = Row(f"{name}: {size:,} and {TIMES * size:,}", time, UNIT, EXPONENT)
    yield row
    if row.verdict == "missed":
        yield Row(f"{name}: calls of functions", grows(partial(_calls, setting)), UNIT)


def exponent(small: float, large: float) -> float:
    """Return e in ``large = small * TIMES ** e``; 0 where growth can't be measured."""
    return math.log(large / small, TIMES) if 0 < small < large else 0.0


def _cost(setting: Setting, files: dict[str, str]) -> float:
    folder = _written(setting, files)
    command = [setting.ours.command("celery-guard"), "check", "-j1", "--no-cache", "."]
    return run(command, folder, allowed=(0, FINDINGS)).cpu


def _calls(setting: Setting, files: dict[str, str]) -> float:
    folder = _written(setting, files)
    return float(output([setting.ours.command("python"), CALLS, str(folder)], folder))


def _written(setting: Setting, files: dict[str, str]) -> Path:
    folder = setting.copies / "generated"
    write(folder, files)
    return folder


def write(folder: Path, files: dict[str, str]) -> None:
    """Put a project into an empty folder, marked as one at its top."""
    for old in sorted(folder.rglob("*"), reverse=True):
        old.rmdir() if old.is_dir() else old.unlink()
    for name, text in {"pyproject.toml": "", **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
