"""The measurements of the guard, on a few tasks and in this environment."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.environments import Environment
from bench.guard import memory, profiled, rates, shares, small_test, spread, start
from bench.guard.contestants import WAYS
from bench.processes import MeasureError, output
from bench.rows import Row

HERE = Environment(Path(sys.prefix))


def test_every_way_runs_all_its_tasks(tmp_path: Path) -> None:
    measured = rates.measured(HERE, 20, tmp_path)
    assert set(measured) == set(WAYS)
    for seconds in measured.values():
        assert 0 < seconds["cpu"] < 10
        assert 0 < seconds["wall"] < 10


def test_a_task_that_did_not_run_is_no_fast_task(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(Path(rates.CONTESTANTS).parent)!r})\n"
        "import contestants\n"
        "contestants._drain = lambda handle, number: handle.drain(limit=1)\n"
        "contestants.seconds('step', 5)"
    )
    with pytest.raises(MeasureError, match="failed"):
        output([sys.executable, "-c", code], tmp_path)


def test_a_profile_has_a_share_for_each_package(tmp_path: Path) -> None:
    printed = output([sys.executable, shares.PROFILED, "20"], tmp_path)
    profile = shares.read(printed)
    assert sum(profile["own"].values()) == pytest.approx(1)
    assert all(0 < share < 0.9 for share in profile["own"].values())
    assert set(profile["called"]) == {"`dumps`", "`loads`"}
    assert all(0 < share < 0.3 for share in profile["called"].values())


def test_time_in_built_ins_counts_for_who_calls_them() -> None:
    celery = profiled.folder_of("celery") + "app/base.py"
    ours = profiled.folder_of("pytest_celery_guard") + "log.py"
    table = {
        (celery, 1, "send_task"): (1, 1, 2.0, 3.5, {}),
        (ours, 1, "add"): (1, 1, 1.0, 1.5, {}),
        ("~", 0, "<len>"): (
            3,
            3,
            2.0,
            2.0,
            {
                (celery, 1, "send_task"): (2, 2, 1.5, 1.5),
                (ours, 1, "add"): (1, 1, 0.5, 0.5),
            },
        ),
    }
    assert profiled.own_shares(table) == {
        "celery": 0.7,
        "pytest_celery_guard": 0.3,
        "kombu": 0,
        profiled.REST: 0,
    }


def test_small_tests_are_timed_from_set_up_to_tear_down(tmp_path: Path) -> None:
    seconds = small_test.seconds(HERE, tmp_path, "with_guard.py", 3, "-p", "no:randomly")
    assert set(seconds) == {
        "test_nothing",
        "test_nothing_with_an_app",
        "test_guard",
        "test_task",
    }
    assert all(len(runs) == 2 for runs in seconds.values())  # the first is left out
    assert min(seconds["test_task"]) > min(seconds["test_nothing"]) > 0


def test_memory_tells_what_a_test_took_and_left(tmp_path: Path) -> None:
    before, first, *later = memory.measured(HERE, tmp_path, 500, "run")
    assert before["peak"] < first["peak"]
    assert len(later) == memory.TESTS - 1
    assert later[-1]["blocks"] - first["blocks"] < 500


def test_the_plugin_can_be_switched_off(tmp_path: Path) -> None:
    (tmp_path / "test_guard.py").write_text(
        "def test_guard(celery_guard): pass", encoding="utf-8"
    )
    with pytest.raises(MeasureError):
        start.pytest(HERE, tmp_path, *start.OFF)
    (tmp_path / "test_guard.py").write_text(start.TEST, encoding="utf-8")
    assert start.pytest(HERE, tmp_path, *start.OFF).cpu > 0


def test_loading_is_timed_where_the_plugin_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text(start.TEST, encoding="utf-8")
    assert start.inside(HERE, tmp_path)["loading"] > 0
    switched_off = start.inside(HERE, tmp_path, *start.OFF)
    assert switched_off["loading"] == 0
    assert switched_off["listing"] > 0


def test_the_lowest_and_the_highest_stand_beside_the_median() -> None:
    row = spread.row("step", [2500, 1500, 2000], "tasks/s", 2200)
    assert row == Row("step (1,500 to 2,500)", 2000, "tasks/s", 2200)
    assert row.verdict == "met"
