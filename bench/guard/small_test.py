"""What one small test costs, from its first fixture to its last: a run of pytest tells.

``small_tests`` holds the tests. Those with the guard and those without take turns in one
run; those with a worker thread need a run of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median

from bench.environments import Environment
from bench.guard import spread
from bench.processes import output
from bench.rows import Row, Table
from bench.setting import Setting

TESTS = Path(__file__).with_name("small_tests")
RUNS, WORKER_RUNS = 1000, 3
ALONE = ("-p", "no:cacheprovider", "-q", "-q")
WORKER = ("-p", "celery.contrib.pytest")
MILLISECONDS = 1000
ADDED = 0.2
OF_WORKER = 0.2

Seconds = dict[str, list[float]]
"""For each test the seconds of each of its runs but the first."""


def table(setting: Setting) -> Table:
    """Measure the guard's fixture, and one task with it and with a worker thread."""
    note = (
        f"Set-up, call and tear-down of a test in pytest: medians of {RUNS} runs, the first "
        f"left out, and of {WORKER_RUNS} with the worker thread; the medians of "
        f"{setting.repeat} such rounds, the lowest and the highest in brackets"
    )
    environment, folder = setting.guarded, setting.copies
    rounds = [
        (
            seconds(environment, folder, "with_guard.py", RUNS),
            seconds(environment, folder, "with_worker.py", WORKER_RUNS, *WORKER),
        )
        for _ in range(setting.repeat)
    ]
    guard, worker = [each[0] for each in rounds], [each[1] for each in rounds]
    rows = (*_fixture(guard), *_task(guard, worker))
    return Table("guard-tests", (), note, rows, "pytest_celery_guard")


def seconds(
    environment: Environment, folder: Path, name: str, runs: int, *options: str
) -> Seconds:
    """Run the tests of one file and return how long they took."""
    written = folder / "seconds.json"
    own = [f"--runs={runs}", f"--seconds-to={written}", str(TESTS / name)]
    output([environment.command("python"), "-m", "pytest", *ALONE, *options, *own], folder)
    found: Seconds = json.loads(written.read_text(encoding="utf-8"))
    return found


def _fixture(rounds: list[Seconds]) -> Iterator[Row]:
    for test, what in (
        ("test_nothing", "an empty fixture"),
        ("test_nothing_with_an_app", "an empty fixture that asks for a session's one"),
        ("test_guard", "the guard's fixture"),
    ):
        yield spread.row(f"a test with {what}", _medians(rounds, test), "ms")
    bare = _added(rounds, "test_nothing")
    yield spread.row("the guard's, beyond the empty one", bare, "ms", ADDED)
    same = _added(rounds, "test_nothing_with_an_app")
    yield spread.row("the guard's, beyond the one that asks", same, "ms")
    means = [
        MILLISECONDS * (mean(each["test_guard"]) - mean(each["test_nothing"]))
        for each in rounds
    ]
    yield spread.row("the same for means, beyond the empty one", means, "ms")


def _task(guard: list[Seconds], worker: list[Seconds]) -> Iterator[Row]:
    ours, theirs = _medians(guard, "test_task"), _medians(worker, "test_task")
    yield spread.row("`delay().get()` with the guard", ours, "ms")
    yield spread.row("`delay().get()` with a worker thread", theirs, "ms")
    shares = [100 * mine / other for mine, other in zip(ours, theirs, strict=True)]
    yield spread.row("the guard's, of the worker thread's", shares, "%", OF_WORKER)


def _medians(rounds: list[Seconds], test: str) -> list[float]:
    return [MILLISECONDS * median(each[test]) for each in rounds]


def _added(rounds: list[Seconds], empty: str) -> list[float]:
    pairs = zip(_medians(rounds, "test_guard"), _medians(rounds, empty), strict=True)
    return [ours - pytests_own for ours, pytests_own in pairs]
