"""Which files a project has, and where its root is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
from flake8_celery_get.project import files
from flake8_celery_get.project.files import (
    MARKERS,
    outermost,
    python_files,
    root_of,
    stamp_of,
    top_of,
)


def make(folder: Path, *names: str) -> None:
    """Empty files, their folders included."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def found(folder: Path) -> list[str]:
    return [Path(path).relative_to(folder).as_posix() for path in python_files(str(folder))]


@pytest.mark.parametrize("marker", MARKERS)
def test_the_nearest_marked_folder_is_the_root(tmp_path: Path, marker: str) -> None:
    make(tmp_path, f"outer/{marker}", f"outer/inner/{marker}", "outer/inner/a/b/c.py")
    inner = tmp_path / "outer" / "inner"
    assert root_of(str(inner / "a" / "b")) == str(inner)
    assert root_of(str(inner)) == str(inner)
    assert root_of(str(tmp_path / "outer")) == str(tmp_path / "outer")


def test_a_work_tree_of_git_is_marked_by_a_file(tmp_path: Path) -> None:
    make(tmp_path, "tree/.git", "tree/a/b.py")
    assert root_of(str(tmp_path / "tree" / "a")) == str(tmp_path / "tree")


def test_without_a_marker_the_folder_around_the_package_is_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MARKERS", ())
    make(tmp_path, "top/proj/__init__.py", "top/proj/sub/__init__.py", "top/other/x.py")
    uncached = root_of.__wrapped__
    assert uncached(str(tmp_path / "top" / "proj" / "sub")) == str(tmp_path / "top")
    assert uncached(str(tmp_path / "top" / "other")) == str(tmp_path / "top" / "other")


def test_without_a_marker_what_was_given_is_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MARKERS", ())
    make(
        tmp_path,
        "__init__.py",
        "repo/__init__.py",
        "repo/proj/__init__.py",
        "repo/web/x.py",
    )
    repo = str(tmp_path / "repo")
    for folder in ("", "proj", "web"):
        assert root_of.__wrapped__(os.path.join(repo, folder).rstrip("/"), repo) == repo
    assert root_of.__wrapped__(str(tmp_path / "else"), repo) == str(tmp_path / "else")


def test_a_marker_goes_before_what_was_given(tmp_path: Path) -> None:
    make(tmp_path, "repo/pyproject.toml", "repo/proj/x.py")
    proj = str(tmp_path / "repo" / "proj")
    assert root_of(proj, proj) == str(tmp_path / "repo")


def test_what_was_given_is_one_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "repo/proj/x.py", "repo/web/y.py")
    monkeypatch.chdir(tmp_path)
    assert top_of(["repo"]) == str(tmp_path / "repo")
    assert top_of(["repo/proj", "repo/web"]) == str(tmp_path / "repo")
    assert top_of(["repo/web/y.py"]) == str(tmp_path)
    assert top_of(["repo/web/y.py", "repo/proj"]) == str(tmp_path)


def test_a_whole_disk_is_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "x.py")
    monkeypatch.chdir("/")
    assert top_of([str(tmp_path / "x.py")]) == ""
    assert top_of(["/"]) == ""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert top_of([str(tmp_path)]) == ""
    monkeypatch.chdir(tmp_path)
    assert top_of(["x.py"]) == ""


def test_files_come_in_a_settled_order(tmp_path: Path) -> None:
    make(tmp_path, "b.py", "a/c.py", "a/b/d.py", "a.py", "ü.py")
    assert found(tmp_path) == ["a.py", "a/b/d.py", "a/c.py", "b.py", "ü.py"]


NOT_OURS = [
    ".hidden/a.py",
    "__pycache__/a.py",
    "node_modules/a.py",
    "lib/site-packages/a.py",
    "proj.egg-info/a.py",
    "a.pyc",
    "a.pyi",
    "a.txt",
]


@pytest.mark.parametrize("name", NOT_OURS)
def test_what_nobody_wrote_here_is_left_out(tmp_path: Path, name: str) -> None:
    make(tmp_path, name, "proj/a.py")
    assert found(tmp_path) == ["proj/a.py"]


def test_a_virtual_environment_is_left_out_whatever_its_name(tmp_path: Path) -> None:
    make(tmp_path, "world/pyvenv.cfg", "world/lib/a.py", "proj/a.py")
    assert found(tmp_path) == ["proj/a.py"]


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, "proj/a.py")
    (tmp_path / "proj" / "again").symlink_to(tmp_path / "proj")
    (tmp_path / "proj" / "loop").symlink_to("loop")
    assert found(tmp_path) == ["proj/a.py"]


def test_a_linked_file_is_a_file_and_a_broken_link_is_none(tmp_path: Path) -> None:
    make(tmp_path, "elsewhere/real.txt", "proj/a.py")
    (tmp_path / "proj" / "linked.py").symlink_to(tmp_path / "elsewhere" / "real.txt")
    (tmp_path / "proj" / "broken.py").symlink_to("nowhere.py")
    (tmp_path / "proj" / "loop.py").symlink_to("loop.py")
    assert found(tmp_path) == ["proj/a.py", "proj/linked.py"]


def test_a_folder_or_pipe_that_is_named_like_a_file_is_none(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "folder.py/b.py")
    os.mkfifo(tmp_path / "pipe.py")
    assert "a.py" in found(tmp_path)
    assert "pipe.py" not in found(tmp_path)
    assert "folder.py" not in found(tmp_path)


def test_a_folder_that_is_gone_has_no_files(tmp_path: Path) -> None:
    assert python_files(str(tmp_path / "gone")) == {}
    assert stamp_of(str(tmp_path / "gone")) is None


def test_a_huge_folder_is_read_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 3)
    make(tmp_path, *(f"{number}.py" for number in range(9)))
    assert len(found(tmp_path)) == 3


def test_a_stamp_tells_size_and_time(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n", encoding="utf-8")
    os.utime(path, ns=(1_000, 2_000))
    assert python_files(str(tmp_path)) == {str(path): (6, 2_000)}


def test_a_folder_with_a_dot_in_its_name_is_read(tmp_path: Path) -> None:
    make(tmp_path, "v1.0/app.py", "01. start/a.py", ".tox/b.py", ".venv/c.py")
    assert found(tmp_path) == ["01. start/a.py", "v1.0/app.py"]


def test_files_in_such_a_folder_are_one_project(tmp_path: Path) -> None:
    make(tmp_path, "setup.py")
    folder = tmp_path / "v1.0"
    folder.mkdir()
    (folder / "jobs.py").write_text(
        "from celery import Celery\n\napp = Celery('a', backend='redis://')\n\n\n"
        "@app.task\ndef add(x):\n    return x\n"
    )
    view = "from jobs import add\n\n\ndef view(request):\n    return add.delay(1).get()\n"
    analyses: list[int] = []
    engine = Engine(Options(cache=False), lambda: analyses.append(1))
    for name in ("one.py", "two.py"):
        (folder / name).write_text(view)
    for name in ("one.py", "two.py"):
        assert [each.code for each in engine.check(str(folder / name))] == ["CEL102"]
    assert len(analyses) == 1


def test_the_outermost_marked_folder_is_found_within_the_repository(tmp_path: Path) -> None:
    make(tmp_path, "pyproject.toml", "repo/.git", "repo/tests/site/manage.py")
    site = tmp_path / "repo" / "tests" / "site"
    assert outermost(str(site)) == str(tmp_path / "repo")


def test_without_a_repository_the_outermost_marked_folder_is_the_last(
    tmp_path: Path,
) -> None:
    make(tmp_path, "repo/setup.cfg", "repo/tests/site/manage.py", "repo/other/x.py")
    assert outermost(str(tmp_path / "repo" / "tests" / "site")) == str(tmp_path / "repo")
    assert outermost(str(tmp_path / "repo")) == str(tmp_path / "repo")
