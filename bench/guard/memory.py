"""What memory a test with very many tasks takes, and whether it is given back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench.environments import Environment
from bench.processes import output
from bench.rows import Row, Table
from bench.setting import Setting

SENDS = str(Path(__file__).with_name("sends.py"))
MESSAGES = 100_000
TESTS = 3
MEGABYTE = 1_000_000
LATER_TESTS = 1.0
KEPT = 0.01

Memory = dict[str, int]
"""After one test: ``peak`` bytes so far, and ``blocks`` that Python holds."""


def table(setting: Setting) -> Table:
    """Measure tests that only send, and tests that also run what they sent."""
    note = (
        f"{TESTS} tests in one process, each with {MESSAGES:,} messages of a task without "
        "arguments; one process for tests that send, one for tests that also run"
    )
    rows: list[Row] = []
    for mode in "sent", "run":
        tests = measured(setting.guarded, setting.copies, MESSAGES, mode)
        rows += _rows(tests, mode)
    return Table("guard-memory", (), note, tuple(rows), "pytest_celery_guard")


def measured(
    environment: Environment, folder: Path, number: int, mode: str
) -> list[Memory]:
    """Return the memory after a test with one message, and after each of the large ones."""
    python = environment.command("python")
    command = [python, SENDS, str(number), str(TESTS), mode]
    found: list[Memory] = json.loads(output(command, folder))
    return found


def _rows(tests: list[Memory], mode: str) -> Iterator[Row]:
    before, first, *_, last = tests
    grown = first["peak"] - before["peak"]
    yield Row(f"{mode}: peak memory, the first test", grown / MEGABYTE, "MB")
    yield Row(f"{mode}: the same for one message", grown / MESSAGES, "bytes")
    later = 100 * (last["peak"] - first["peak"]) / grown
    yield Row(f"{mode}: what later tests add to the peak", later, "%", LATER_TESTS)
    kept = (last["blocks"] - first["blocks"]) / (MESSAGES * (len(tests) - 2))
    yield Row(f"{mode}: objects left behind by one message", kept, "objects", KEPT)
