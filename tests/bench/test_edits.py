"""What an edit costs, and what a generated project is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.cold import many_files
from bench.edits import PROBE, _most
from bench.growth.table import write
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options


def test_the_probe_tells_what_each_edit_costs(tmp_path: Path) -> None:
    write(tmp_path, many_files(20))
    done = subprocess.run(
        [sys.executable, str(PROBE), ".", "8"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    costs = json.loads(done.stdout)
    edits = {kind: costs[kind] for kind in ("with", "without")}
    assert {kind: len(each) for kind, each in edits.items()} == {"with": 4, "without": 4}
    assert all(cost > 0 for each in edits.values() for cost in each)
    assert costs["first"] > 0
    assert costs["anew"]["with"] == 4
    assert costs["anew"]["without"] <= 4
    assert not (tmp_path / ".celery_guard_cache").exists()


def test_a_generated_project_has_that_many_files_and_no_findings(tmp_path: Path) -> None:
    files = many_files(100)
    assert len(files) == 100
    write(tmp_path, files)
    assert Engine(Options(cache=False)).findings(str(tmp_path)) == {}


def test_one_slow_edit_of_a_hundred_does_not_count() -> None:
    assert _most([*range(99), 5_000]) == 94
    assert _most([]) == 0
