from __future__ import annotations

import os
from pathlib import Path

import pytest

from flake8_celery_get.cli.settings.files import python_files


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()


def found(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [os.path.relpath(path) for path in python_files(paths, exclude)]


def test_walks_folders_in_order() -> None:
    make("b.py", "a.py", "pkg/z.py", "pkg/sub/a.py", "readme.md", "pkg/data.json")
    assert found(".") == ["a.py", "b.py", "pkg/sub/a.py", "pkg/z.py"]


def test_skips_what_nobody_wrote_here() -> None:
    folders = [".git", ".tox", ".nox", ".eggs", ".hidden", "__pycache__"]
    folders += ["node_modules", "build", "dist", "lib/site-packages"]
    make("kept.py", ".hidden.py", "env/pyvenv.cfg", "env/lib/code.py")
    make(*(f"{folder}/code.py" for folder in folders))
    assert found(".") == ["kept.py"]


def test_takes_a_named_folder_whatever_it_is_called() -> None:
    make("build/code.py", ".hidden/code.py")
    assert found("build", ".hidden") == [".hidden/code.py", "build/code.py"]


def test_takes_a_named_file_whatever_it_is_called() -> None:
    make("script", "build/code.py")
    assert found("script", "build/code.py", "gone.py", exclude=("build", "*.py")) == [
        "build/code.py",
        "gone.py",
        "script",
    ]


def test_takes_a_file_once() -> None:
    make("pkg/a.py")
    assert found("pkg", "pkg/a.py", "./pkg/../pkg/a.py", ".") == ["pkg/a.py"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("gen", ["a.py", "pkg/a_test.py", "pkg/b.py"]),
        ("gen/", ["a.py", "pkg/a_test.py", "pkg/b.py"]),
        ("pkg/gen", ["a.py", "pkg/a_test.py", "pkg/b.py"]),
        ("*_test.py", ["a.py", "pkg/b.py", "pkg/gen/c.py"]),
        ("pkg/*", ["a.py"]),
        (" ", ["a.py", "pkg/a_test.py", "pkg/b.py", "pkg/gen/c.py"]),
    ],
)
def test_leaves_out_what_is_excluded(pattern: str, left: list[str]) -> None:
    make("a.py", "pkg/b.py", "pkg/a_test.py", "pkg/gen/c.py")
    assert found(".", exclude=(pattern,)) == left


def test_excludes_by_absolute_path(tmp_path: Path) -> None:
    make("a.py", "pkg/b.py")
    assert found(".", exclude=(f"{tmp_path}/pkg",)) == ["a.py"]


def test_does_not_go_round_in_circles() -> None:
    make("pkg/a.py")
    Path("pkg/again").symlink_to("..", target_is_directory=True)
    assert found(".") == ["pkg/a.py"]


def test_does_not_wait_for_a_pipe() -> None:
    make("a.py")
    os.mkfifo("pipe.py")
    assert found(".") == ["a.py"]


def test_keeps_a_broken_link_for_the_error_it_gives() -> None:
    Path("broken.py").symlink_to("gone.py")
    assert found(".") == ["broken.py"]


def test_reads_folders_that_are_deeper_than_the_stack(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    depth = 1500
    for _ in range(depth):
        Path("d").mkdir()
        monkeypatch.chdir("d")
    make("a.py")
    monkeypatch.chdir(tmp_path)
    assert found(".") == ["/".join(["d"] * depth) + "/a.py"]
    os.system("rm -rf d")  # more levels than shutil.rmtree has
