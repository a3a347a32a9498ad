from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.processes import MeasureError, output, run

BURN = "import time\nwhile time.process_time() < 0.3: pass"
IN_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}])"
FAIL = "import sys; print('one', file=sys.stderr); sys.exit('no such thing')"

ROOT = Path(__file__).parents[2]


def test_cpu_time_is_that_of_the_command(tmp_path: Path) -> None:
    assert 0.3 <= run([sys.executable, "-c", BURN], tmp_path).cpu < 3


def test_cpu_time_holds_that_of_children(tmp_path: Path) -> None:
    assert run([sys.executable, "-c", IN_A_CHILD], tmp_path).cpu >= 0.3


def test_sleep_costs_wall_time_only(tmp_path: Path) -> None:
    idle = [sys.executable, "-S", "-c", "import time; time.sleep(0.5)"]
    usage = run(idle, tmp_path)
    assert usage.wall >= 0.5
    assert usage.cpu < usage.wall


def test_memory_is_the_peak_in_megabytes(tmp_path: Path) -> None:
    # From a small process: a new one starts as a copy of the one that makes it.
    fill = [sys.executable, "-c", "x = b'x' * 200_000_000; del x"]
    told = f"from pathlib import Path; print(run({fill!r}, Path({str(tmp_path)!r})).memory)"
    memory = output(
        [sys.executable, "-c", f"from bench.processes import run; {told}"], ROOT
    )
    assert 200 < float(memory) < 230


def test_a_failing_command_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match=r"failed: no such thing$"):
        run([sys.executable, "-c", FAIL], tmp_path)
    with pytest.raises(MeasureError, match=r"failed: no such thing$"):
        output([sys.executable, "-c", FAIL], tmp_path)


def test_findings_are_no_failure(tmp_path: Path) -> None:
    assert run([sys.executable, "-c", FAIL], tmp_path, allowed=(0, 1)).cpu > 0


def test_a_plugin_that_breaks_is_not_taken_for_a_cheap_one(tmp_path: Path) -> None:
    code = "import sys; print('celery-guard: a.py: internal error: x', file=sys.stderr)"
    with pytest.raises(MeasureError, match="internal error"):
        run([sys.executable, "-c", code], tmp_path)
