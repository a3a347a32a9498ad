"""What an installed plugin that no test uses adds to the start of pytest.

pytest loads it in every run. Two runs differ by more than that costs, so ``loading.py`` runs
pytest in one process with a clock around the loading: the target is judged by this figure.
The processes as a whole are told beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from bench.environments import Environment
from bench.processes import Usage, output, run
from bench.rows import Row, Table
from bench.setting import Setting

LOADING = str(Path(__file__).with_name("loading.py"))
ROUNDS_A_REPEAT = 20
TEST = "def test_nothing():\n    pass\n"
OFF = ("-p", "no:celery_guard")
MILLISECONDS = 1000
ADDED = 2.0

Inside = dict[str, float]
"""CPU seconds of ``loading`` the guard's plugin, and of ``listing`` all plugins' files."""


@dataclass(frozen=True, slots=True)
class Round:
    """One empty test in a pytest with the plugin, with it switched off, and without it.

    ``inside`` and ``bare`` are those of pytest with and without it, seen from inside.
    """

    loaded: Usage
    off: Usage
    absent: Usage
    inside: Inside
    bare: Inside


def table(setting: Setting) -> Table:
    """Measure pytest on one empty test."""
    number = ROUNDS_A_REPEAT * setting.repeat
    note = (
        f"CPU time of pytest on one empty test; medians of {number} rounds, the middle half "
        f"in brackets. Switched off is `{' '.join(OFF)}`"
    )
    folder = setting.copies / "start"
    folder.mkdir()
    (folder / "test_nothing.py").write_text(TEST, encoding="utf-8")
    rounds = [_round(setting, folder, each) for each in range(number + 1)]
    rows = tuple(_rows(rounds[1:]))  # the first is cold
    return Table("guard-start", (), note, rows, "pytest_celery_guard")


def _round(setting: Setting, folder: Path, number: int) -> Round:
    guarded, unguarded = setting.guarded, setting.unguarded
    ways: list[tuple[str, Environment, tuple[str, ...]]] = [
        ("loaded", guarded, ()),
        ("off", guarded, OFF),
        ("absent", unguarded, ()),
    ]
    first = number % len(ways)  # none is always the one that comes after a pause
    used = {
        name: pytest(environment, folder, *options)
        for name, environment, options in ways[first:] + ways[:first]
    }
    return Round(**used, inside=inside(guarded, folder), bare=inside(unguarded, folder))


def pytest(environment: Environment, folder: Path, *options: str) -> Usage:
    """Run pytest on a folder."""
    command = [environment.command("python"), "-m", "pytest", "-p", "no:cacheprovider"]
    return run([*command, *options, "."], folder)


def inside(environment: Environment, folder: Path, *options: str) -> Inside:
    """Run pytest on a folder with a clock around what it does for plugins."""
    command = [environment.command("python"), LOADING, *options, "."]
    found: Inside = json.loads(output(command, folder).splitlines()[-1])
    return found


def _rows(rounds: list[Round]) -> Iterator[Row]:
    yield _row("loading the plugin", [each.inside["loading"] for each in rounds], ADDED)
    listing = [each.inside["listing"] - each.bare["listing"] for each in rounds]
    yield _row("listing its files, also when switched off", listing)
    off = [each.loaded.cpu - each.off.cpu for each in rounds]
    yield _row("the process, beyond one with it switched off", off)
    absent = [each.loaded.cpu - each.absent.cpu for each in rounds]
    yield _row("the process, beyond one where it is not installed", absent)
    alone = median(each.absent.cpu for each in rounds)
    yield Row("a process where it is not installed", MILLISECONDS * alone, "ms")


def _row(what: str, seconds: list[float], limit: float | None = None) -> Row:
    added = [MILLISECONDS * each for each in seconds]
    low, _, high = quantiles(added, n=4)
    return Row(f"{what} ({low:.2f} to {high:.2f})", median(added), "ms", limit)
