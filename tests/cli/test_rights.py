"""Files and folders that can't be read or written: one line, and exit code 2."""

from __future__ import annotations

import os

import pytest

from tests.cli.another_user import OwnProject
from tests.cli.project import FINE, WAITS

WRONG = (
    "from celery.result import AsyncResult\n\n\n"
    "def is_paid(i):\n    return AsyncResult(i).state == 'success'\n"
)


def denied(*names: str) -> str:
    return "".join(f"celery-guard: {name}: Permission denied\n" for name in names)


@pytest.mark.parametrize("mode", [0o000, 0o111, 0o222])
@pytest.mark.parametrize("named", [(), (".",), ("hidden",)])
def test_a_folder_that_cant_be_read_is_an_error(
    theirs: OwnProject, mode: int, named: tuple[str, ...]
) -> None:
    path = theirs.write("hidden/tasks.py", WAITS)
    theirs.own()
    path.parent.chmod(mode)
    run = theirs.guard("check", "--no-cache", *named)
    assert (run.code, run.err) == (2, denied("hidden"))


def test_each_folder_in_the_walk_is_told_and_the_rest_is_checked(
    theirs: OwnProject,
) -> None:
    for name in ("a/b", "c", "d"):
        theirs.write(f"{name}/tasks.py", WAITS)
    theirs.own()
    for name in ("a/b", "c"):
        (theirs.folder / name).chmod(0)
    run = theirs.guard("check", "-j2", "--output-format=concise")
    assert (run.code, run.err) == (2, denied("a/b", "c"))
    assert run.out.startswith("d/tasks.py:11:12: CEL101")


def test_a_folder_whose_files_cant_be_reached_is_an_error(theirs: OwnProject) -> None:
    path = theirs.write("listed/tasks.py", WAITS)
    theirs.own()
    path.parent.chmod(0o444)
    run = theirs.guard("check")
    assert (run.code, run.err) == (2, denied("listed/tasks.py"))


def test_a_folder_that_is_left_out_may_be_unreadable(theirs: OwnProject) -> None:
    for name in ("data", ".hidden", "node_modules"):
        theirs.write(f"{name}/tasks.py", WAITS)
    theirs.own()
    for name in ("data", ".hidden", "node_modules"):
        (theirs.folder / name).chmod(0)
    theirs.write("fine.py", FINE).chmod(0o644)
    run = theirs.guard("check", "--exclude=data")
    assert (run.code, run.err) == (0, "")


def test_a_file_that_becomes_readable_is_read(theirs: OwnProject) -> None:
    path = theirs.write("tasks.py", WAITS)
    theirs.own()
    path.chmod(0)
    assert theirs.guard("check").err == denied("tasks.py")
    path.chmod(0o644)  # neither its size nor its time tells
    run = theirs.guard("check", "--output-format=concise")
    assert (run.code, run.err, len(run.out.splitlines())) == (1, "", 1)


def test_a_file_that_becomes_unreadable_is_an_error(theirs: OwnProject) -> None:
    path = theirs.write("fine.py", FINE)
    theirs.own()
    assert theirs.guard("check").code == 0
    path.chmod(0)
    run = theirs.guard("check")
    assert (run.code, run.err) == (2, denied("fine.py"))


def test_settings_beside_the_code_that_become_readable_count(theirs: OwnProject) -> None:
    made = "import os\nfrom celery import Celery\n"
    theirs.write("app.py", f"{made}app = Celery('p')\n\n\n@app.task\ndef f(): ...\n")
    path = theirs.write(".env", "CELERY_RESULT_BACKEND=redis://\n")
    theirs.own()
    path.chmod(0)
    assert theirs.guard("check").out.count("CEL201") == 1
    path.chmod(0o644)
    assert theirs.guard("check").out.count("CEL201") == 0


@pytest.mark.parametrize("name", ["pyproject.toml", "celery-guard-baseline.json"])
def test_settings_that_cant_be_read_are_an_error(theirs: OwnProject, name: str) -> None:
    theirs.write("tasks.py", WAITS)
    path = theirs.write(name, "")
    theirs.own()
    path.chmod(0)
    run = theirs.guard("check")
    assert (run.code, run.out, len(run.err.splitlines())) == (2, "", 1)
    assert f"{name}: Permission denied" in run.err
    run = theirs.run("-m", "flake8", "tasks.py")
    assert run.code == 1
    assert f"{name}: Permission denied" in run.out + run.err


@pytest.mark.parametrize("what", ["file", "folder"])
@pytest.mark.parametrize("change", ["--fix", "--add-noqa"])
def test_what_cant_be_written_stays_and_is_told(
    theirs: OwnProject, what: str, change: str
) -> None:
    path = theirs.write("orders/status.py", WRONG)
    theirs.own()
    (path if what == "file" else path.parent).chmod(0o444 if what == "file" else 0o555)
    run = theirs.guard("check", change)
    reason = "it is read-only" if what == "file" else "Permission denied"
    assert run.code == 2
    assert len(run.err.splitlines()) == 1
    assert "orders/status.py" in run.err
    assert run.err.endswith(f": {reason}\n")
    assert path.read_text() == WRONG
    assert [each.name for each in path.parent.iterdir()] == ["status.py"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_somebody_else_is_not_made_ones_own(theirs: OwnProject) -> None:
    path = theirs.write("status.py", WRONG)
    theirs.own()
    os.chown(path, 0, 0)
    path.chmod(0o644)
    run = theirs.guard("check", "--fix")
    assert (run.code, path.read_text(), path.stat().st_uid) == (2, WRONG, 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_leaves_a_file_its_owner(theirs: OwnProject) -> None:
    path = theirs.write("status.py", WRONG)
    theirs.own()
    path.chmod(0o640)
    before = path.stat()
    command = ("-m", "flake8_celery_get", "check", "--fix", "--no-cache")
    run = super(OwnProject, theirs).python(*command)
    after = path.stat()
    assert run.code == 0
    assert (after.st_uid, after.st_gid, after.st_mode) == (
        before.st_uid,
        before.st_gid,
        before.st_mode,
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_the_cache_of_somebody_else_is_told_once(theirs: OwnProject, jobs: str) -> None:
    for number in range(4):
        theirs.write(f"tasks_{number}.py", WAITS)
    theirs.own()
    cache = theirs.folder / ".celery_guard_cache"
    cache.mkdir(mode=0o755)
    run = theirs.guard("check", jobs)
    told = f"celery-guard: no cache: {cache} belongs to another user\n"
    assert (run.code, run.err) == (1, told)
    assert theirs.run("-m", "flake8", "--select=CEL", jobs).err == told
    assert list(cache.iterdir()) == []


def test_the_map_tells_what_it_cant_show(theirs: OwnProject) -> None:
    theirs.write("tasks.py", WAITS)
    path = theirs.write("hidden/tasks.py", WAITS)
    theirs.own()
    path.parent.chmod(0)
    run = theirs.guard("map")
    assert (run.code, run.err) == (2, denied("hidden"))
    assert "task total" in run.out
    run = theirs.guard("map", "hidden")
    assert (run.code, run.out, run.err) == (2, "", denied("hidden"))
