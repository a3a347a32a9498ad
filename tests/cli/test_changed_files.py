"""``--fix`` and ``--add-noqa`` change the file that is meant, once, and nothing beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.cli.main import main

if TYPE_CHECKING:
    from tests.cli.project import Project

pytestmark = pytest.mark.skipif(os.name == "nt", reason="has other links and modes")

WRONG = """\
from celery.result import AsyncResult


def is_paid(task_id):
    result = AsyncResult(task_id)
    if result.ready:
        return result.state == "success"
"""
RIGHT = WRONG.replace('"success"', '"SUCCESS"').replace("ready:", "ready():")
SILENT = WRONG.replace("ready:", "ready:  # noqa: CEL306").replace(
    'success"', 'success"  # noqa: CEL301'
)
CHANGES = pytest.mark.parametrize(
    ("change", "after"), [("--fix", RIGHT), ("--add-noqa", SILENT)]
)


@pytest.fixture
def marked(project: Project) -> Project:
    """A project that ends at its own folder."""
    (project.folder / "inside").mkdir()
    inside = type(project)(project.folder / "inside")
    inside.write("pyproject.toml", "")
    return inside


def told(change: str, findings: int = 2, files: int = 1) -> str:
    if change == "--add-noqa":
        return f"{findings} findings suppressed in {files} file{'s' * (files > 1)}\n"
    return f"{findings} fixed, no findings remaining ("


@CHANGES
@pytest.mark.parametrize(
    "named",
    [(), ("a.py", "real/x.py"), ("real/x.py", "a.py"), ("z.py", "a.py", "b/c.py")],
)
def test_a_file_and_links_to_it_are_one(
    marked: Project, change: str, after: str, named: tuple[str, ...]
) -> None:
    real = marked.write("real/x.py", WRONG)
    (marked.folder / "a.py").symlink_to("real/x.py")
    (marked.folder / "z.py").symlink_to("a.py")
    (marked.folder / "b").mkdir()
    (marked.folder / "b/c.py").symlink_to("../real/x.py")
    run = marked.guard("check", change, *named)
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith(told(change))
    assert real.read_text() == after
    assert os.readlink(marked.folder / "a.py") == "real/x.py"
    assert os.readlink(marked.folder / "z.py") == "a.py"
    assert marked.guard("check").code == 0


def test_what_remains_is_reported_under_every_name(marked: Project) -> None:
    waits = "\n\ndef f(i):\n    AsyncResult(i).get()\n"
    marked.write("real.py", WRONG + waits)
    (marked.folder / "link.py").symlink_to("real.py")
    run = marked.guard("check", "--fix", "--output-format=concise")
    assert [line.split(":")[0] for line in run.out.splitlines()] == ["link.py", "real.py"]
    assert run.out.count("CEL104") == 2


def test_a_diff_is_about_the_file_and_not_about_the_link(marked: Project) -> None:
    marked.write("real/x.py", WRONG)
    (marked.folder / "a.py").symlink_to("real/x.py")
    for named in ((), ("a.py",)):
        diff = marked.guard("check", "--diff", *named).out
        assert diff.count("+++ ") == 1
        assert diff.startswith("--- real/x.py\n+++ real/x.py\n")
    done = subprocess.run(["patch", "-p0"], cwd=marked.folder, input=diff.encode())
    assert done.returncode == 0
    assert (marked.folder / "a.py").is_symlink()
    assert (marked.folder / "real/x.py").read_text() == RIGHT


@CHANGES
@pytest.mark.parametrize("kind", ["file", "folder", "chain"])
def test_a_link_out_of_the_project_is_not_followed(
    project: Project, marked: Project, change: str, after: str, kind: str
) -> None:
    victim = project.write("outside/x.py", WRONG)
    name = "a.py"
    if kind == "file":
        (marked.folder / "a.py").symlink_to("../outside/x.py")
    elif kind == "folder":
        (marked.folder / "out").symlink_to("../outside")
        name = "out/x.py"
    else:
        (marked.folder / "b.py").symlink_to(victim)
        (marked.folder / "a.py").symlink_to("b.py")
    run = marked.guard("check", change, name)
    assert (run.code, len(run.err.splitlines())) == (2, 1)
    assert name in run.err
    assert run.err.endswith(": it is a link out of the project\n")
    assert victim.read_text() == WRONG
    assert sorted(os.listdir(victim.parent)) == ["x.py"]


def test_a_project_below_a_link_is_a_project(project: Project, marked: Project) -> None:
    """As below /tmp on macOS."""
    path = marked.write("x.py", WRONG)
    (project.folder / "way").symlink_to("inside")
    there = type(project)(project.folder / "way")
    run = there.guard("check", "--fix")
    assert (run.code, path.read_text()) == (0, RIGHT)


@CHANGES
def test_a_file_with_another_hard_link_is_left_alone(
    marked: Project, change: str, after: str
) -> None:
    path = marked.write("a.py", WRONG)
    other = marked.write("b.py", WRONG)
    (marked.folder / "kept.txt").hardlink_to(path)
    before = path.stat().st_ino, path.stat().st_mtime_ns
    run = marked.guard("check", change)
    assert (run.code, len(run.err.splitlines())) == (2, 1)
    assert "a.py" in run.err
    assert run.err.endswith(": it has another hard link\n")
    assert path.read_text() == WRONG
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == before
    assert other.read_text() == after


def test_findings_of_a_file_that_could_not_be_written_remain(marked: Project) -> None:
    path = marked.write("a.py", WRONG)
    path.chmod(0o444)
    marked.write("b.py", WRONG)
    run = marked.guard("check", "--fix", "--output-format=json")
    assert run.code == 2
    assert [found["path"] for found in run.json["findings"]] == ["a.py", "a.py"]
    reason = "cannot be written: it is read-only"
    assert run.json["errors"] == [{"path": "a.py", "message": reason}]
    assert run.err == f"celery-guard: a.py: {reason}\n"


@CHANGES
@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o660, 0o4711])
def test_the_mode_stays(marked: Project, change: str, after: str, mode: int) -> None:
    path = marked.write("a.py", WRONG)
    path.chmod(mode)
    assert marked.guard("check", change).code == 0
    assert (path.read_text(), path.stat().st_mode & 0o7777) == (after, mode)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="has no such attributes")
def test_extended_attributes_stay(marked: Project) -> None:
    path = marked.write("a.py", WRONG)
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError:
        pytest.skip("the file system has none")
    assert marked.guard("check", "--fix").code == 0
    assert (path.read_text(), os.getxattr(path, "user.note")) == (RIGHT, b"mine")


def test_an_interrupt_while_a_file_is_written_leaves_it_whole(
    marked: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    path = marked.write("a.py", WRONG)
    monkeypatch.chdir(marked.folder)
    monkeypatch.setattr(os, "replace", interrupt)
    assert main(["check", "--fix", "--no-cache"]) == 130
    assert path.read_text() == WRONG
    assert sorted(os.listdir()) == ["a.py", "pyproject.toml"]


ENDED = """\
import os, signal, sys
from flake8_celery_get.cli.main import main

real = os.fsync

def fsync(handle):
    real(handle)
    os.kill(os.getpid(), getattr(signal, sys.argv[2]))

os.fsync = fsync
sys.exit(main(["check", "--no-cache", "--fix", sys.argv[1]]))
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_while_a_file_is_written_waits(marked: Project, name: str) -> None:
    path = marked.write("a.py", WRONG)
    run = marked.python("-c", ENDED, "a.py", name)
    assert run.code == (130 if name == "SIGINT" else -getattr(signal, name))
    assert (run.out, run.err, path.read_text()) == ("", "", RIGHT)
    assert sorted(os.listdir(marked.folder)) == ["a.py", "pyproject.toml"]


@pytest.mark.parametrize("arguments", [("--write-baseline",), ("--output-file=report",)])
def test_a_disk_without_room_loses_nothing(
    marked: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    marked.write("a.py", WRONG)
    marked.write("report", "old")
    known = marked.write("celery-guard-baseline.json", '{"version": 1, "findings": {}}')
    monkeypatch.chdir(marked.folder)
    before = sorted(os.listdir())
    monkeypatch.setattr(os, "fsync", refuse)
    assert main(["check", "--no-cache", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert err.endswith(": No space left on device\n")
    assert known.read_text() == '{"version": 1, "findings": {}}'
    assert Path("report").read_text() == "old"
    assert sorted(os.listdir()) == before


def test_a_baseline_is_not_written_out_of_the_project(
    project: Project, marked: Project
) -> None:
    marked.write("a.py", WRONG)
    (marked.folder / "celery-guard-baseline.json").symlink_to("../planted.json")
    run = marked.guard("check", "--write-baseline")
    assert (run.code, run.out, len(run.err.splitlines())) == (2, "", 1)
    assert run.err.endswith(": it is a link out of the project\n")
    assert not (project.folder / "planted.json").exists()


def test_a_linked_report_stays_a_link(marked: Project) -> None:
    marked.write("a.py", WRONG)
    target = marked.write("reports/today", "old")
    (marked.folder / "report").symlink_to("reports/today")
    assert marked.guard("check", "--output-file=report").code == 1
    assert (marked.folder / "report").is_symlink()
    assert "CEL301" in target.read_text()


@pytest.mark.skipif(sys.platform == "darwin", reason="names differ in more than bytes")
def test_names_that_differ_only_in_case_are_two_files(marked: Project) -> None:
    paths = [marked.write(name, WRONG) for name in ("a.py", "A.py")]
    run = marked.guard("check", "--fix")
    assert run.out.startswith(told("--fix", 4))
    assert [path.read_text() for path in paths] == [RIGHT, RIGHT]
