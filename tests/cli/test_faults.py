"""Bugs of the linter itself: one line, and the other files are still checked."""

from __future__ import annotations

import multiprocessing
import os
from typing import TYPE_CHECKING, Any

import pytest

from flake8_celery_get.cli import INTERRUPTED
from flake8_celery_get.cli.main import main
from flake8_celery_get.engine import Engine
from tests.cli.project import FINE, WAITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_celery_get.finding import Finding
    from tests.cli.project import Project


@pytest.fixture
def faulty(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project with one file that the engine trips over, in a way its name tells."""
    check = Engine.check

    def tripping(self: Engine, path: str, *rest: Any) -> list[Finding]:
        if path.endswith("dies.py"):
            os._exit(3)
        if path.endswith("raises.py"):
            raise RuntimeError("first line\nsecond line")
        if path.endswith("interrupts.py"):
            raise KeyboardInterrupt
        return check(self, path, *rest)

    monkeypatch.setattr(Engine, "check", tripping)
    monkeypatch.chdir(project.folder)
    project.write("tasks.py", WAITS)
    method = multiprocessing.get_start_method()
    # Only a forked process has what was patched; Python 3.14 forks no more unless it is told.
    multiprocessing.set_start_method("fork", force=True)
    yield project
    multiprocessing.set_start_method(method, force=True)


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_a_bug_is_a_finding(
    faulty: Project, capsys: pytest.CaptureFixture[str], jobs: str
) -> None:
    faulty.write("raises.py", FINE)
    assert main(["check", jobs]) == 2
    out, err = capsys.readouterr()
    reason = "RuntimeError: first line second line"
    bug, found, _ = out.split("\n\n")
    assert bug == f"raises.py:1:1: CEL000 internal error: {reason}; please report it"
    assert found.startswith("tasks.py:11:12: CEL101 ")
    assert err == ""


def test_a_bug_can_not_be_silenced(
    faulty: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty.write("raises.py", "# flake8: noqa\n")
    assert main(["check", "--select=CEL102", "raises.py"]) == 2
    assert "CEL000" in capsys.readouterr().out


def test_a_dead_process_costs_one_file(
    faulty: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.py", "dies.py", "z.py"):
        faulty.write(name, WAITS)
    assert main(["check", "-j2"]) == 2
    out, err = capsys.readouterr()
    assert err == "celery-guard: dies.py: the process that checked it died\n"
    assert out.endswith("\n3 findings in 3 files, 1 error (3 files checked)\n")


def test_an_interrupt_ends_quietly(
    faulty: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty.write("interrupts.py", FINE)
    assert main(["check"]) == INTERRUPTED
    assert capsys.readouterr() == ("", "")


def test_a_cache_that_cannot_be_saved_is_one_line(
    faulty: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Engine) -> None:
        raise OSError("no room")

    monkeypatch.setattr(Engine, "save", fail)
    assert main(["check"]) == 1
    err = capsys.readouterr().err
    assert err == "celery-guard: internal error: OSError: no room; please report it\n"


def test_a_bug_outside_a_file_is_one_line(
    faulty: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Engine, *_: object) -> None:
        raise ValueError("what\nnow")

    monkeypatch.setattr(Engine, "__init__", fail)
    assert main(["check"]) == 2
    err = capsys.readouterr().err
    reason = "ValueError: what now; please report it"
    assert err == f"celery-guard: internal error: {reason}\n"
