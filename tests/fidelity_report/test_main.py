from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from fidelity import __main__ as fidelity
from fidelity import page
from fidelity.comparison import Comparison
from fidelity.halves import Half, RunError
from fidelity.outcomes import Outcome
from fidelity.redis_server import NoRedisError
from fidelity.releases import Release, all_releases

NAME = "t/integration/test_tasks.py::test_tasks::test_eta"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[Half, str]:
    """What the one test of each half comes to: runs that take no time."""
    ends: dict[Half, str] = {"worker": "passed", "guard": "passed"}

    def run(release: Release, half: Half, redis_port: int) -> Path:
        log = tmp_path / f"{half}.jsonl"
        report = {"$report_type": "TestReport", "nodeid": NAME, "duration": 61.0}
        report |= {"when": "call", "outcome": ends[half], "longrepr": "TimeoutError: 5 s"}
        log.write_text(json.dumps(report), encoding="utf-8")
        return log

    monkeypatch.setattr(fidelity, "run", run)
    monkeypatch.setattr(fidelity, "own_redis", lambda: nullcontext(6379))
    monkeypatch.setattr(fidelity, "all_reasons", tuple)
    return ends


def test_a_release_is_one_line_of_a_table(
    runs: dict[Half, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert fidelity.main(["--celery", "5.7"]) == 0
    row = "| 5.7.0 | 1 | 1 | 1 (100.0 %) | 1 of 1 (100.0 %) | 1:01 min | 1:01 min |"
    assert capsys.readouterr().out.splitlines()[-1] == row


def test_a_difference_without_a_reason_fails(
    runs: dict[Half, str], capsys: pytest.CaptureFixture[str]
) -> None:
    runs["guard"] = "failed"
    assert fidelity.main(["--celery", "5.7"]) == 1
    told = "no reason: 5.7 test_tasks.py::test_tasks::test_eta: TimeoutError: 5 s\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    "error", [NoRedisError("no redis-server"), RunError("pytest ended with 3, see x.txt")]
)
def test_what_can_t_be_run_is_one_line(
    runs: dict[Half, str],
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken() -> AbstractContextManager[int]:
        raise error

    monkeypatch.setattr(fidelity, "own_redis", broken)
    assert fidelity.main(["--celery", "5.7"]) == 2
    assert capsys.readouterr().err == f"fidelity: {error}\n"


def test_the_page_gets_the_table_and_each_difference(tmp_path: Path) -> None:
    written = tmp_path / "fidelity.md"
    marks = ("table", "differences", "others", "flaky")
    written.write_text(
        "\n".join(f"<!-- {mark} -->\nlast year\n<!-- /{mark} -->" for mark in marks),
        encoding="utf-8",
    )
    worker = {"test_a": Outcome("passed"), "test_b": Outcome("passed", reruns=1)}
    guard = {"test_a": Outcome("failed", message="boom"), "test_b": Outcome("passed")}
    days = "2026-11-20", "2026-11-21"
    page.update(
        [Comparison(each, worker, guard, (), *days) for each in all_releases()], written
    )
    text = written.read_text(encoding="utf-8")
    assert "last year" not in text
    assert (
        "The worker ran on 2026-11-20, the guard on 2026-11-21, both with Python 3." in text
    )
    assert "Celery 5.7.0 on kombu 5.7.0, billiard 4.3.2, redis 8.1.0.*" in text
    assert "| 5.3.6 | 2 | 2 | 1 (50.0 %) | 1 of 2 (50.0 %) |" in text
    assert "Not explained yet.\n\n- `test_a`: 5.3, 5.4, 5.5, 5.6, 5.7\n" in text
    assert "- 5.7.0: `test_b`" in text


def test_the_real_page_has_a_place_for_each_part() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    for mark in ("table", "differences", "others", "flaky"):
        assert f"<!-- {mark} -->" in text
        assert f"<!-- /{mark} -->" in text
