"""Nothing in a cache folder is followed or trusted: a checkout can bring one along."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flake8_celery_get.project.kept import cache_files
from flake8_celery_get.project.kept.cache import Cache
from tests.project.sample import Sample

WAITS = ["proj/views.py:5 CEL102"]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="has neither pipes nor owners")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file of the user's that must keep its content."""
    path = tmp_path / "victim"
    path.write_text("precious", encoding="utf-8")
    return path


def link(path: Path, victim: Path) -> None:
    path.symlink_to(victim)


def dangling(path: Path, victim: Path) -> None:
    path.symlink_to(victim.with_name("planted"))


def endless(path: Path, _: Path) -> None:
    path.symlink_to("/dev/zero")


def loop(path: Path, _: Path) -> None:
    path.symlink_to(path.name)


def pipe(path: Path, _: Path) -> None:
    os.mkfifo(path)


def listener(path: Path, _: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # such paths must be short
        made.bind(path.name)
        os.chdir(here)


def folder(path: Path, _: Path) -> None:
    path.mkdir()


ODD = (link, dangling, endless, loop, pipe, listener, folder)


def planted(sample: Sample, kind: str) -> Path:
    """The place of one of the cache's files, which is gone after a first run."""
    sample.check()
    name = kind if kind in ("lock", ".gitignore") else f"{kind}-*.json"
    path = next(sample.cache.glob(name))
    path.unlink()
    return path


@pytest.mark.parametrize("make", ODD)
@pytest.mark.parametrize("kind", ["lock", ".gitignore", "index", "facts"])
def test_a_folder_with_something_odd_in_it_is_left_alone(
    sample: Sample, victim: Path, kind: str, make: Callable[[Path, Path], None]
) -> None:
    path = planted(sample, kind)
    make(path, victim)
    before = sorted(os.listdir(sample.cache))
    engine = sample.engine()
    assert sample.places(engine) == WAITS
    reason = f"{path.name} in {sample.cache} is not a regular file"
    assert engine.refused_caches == {reason}
    assert sorted(os.listdir(sample.cache)) == before
    assert victim.read_text(encoding="utf-8") == "precious"
    assert not victim.with_name("planted").exists()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (link, "is a link"),
        (dangling, "is a link"),
        (loop, "is a link"),
        (pipe, "is not a folder"),
        (listener, "is not a folder"),
    ],
)
def test_something_odd_in_place_of_the_folder_is_left_alone(
    sample: Sample, victim: Path, make: Callable[[Path, Path], None], reason: str
) -> None:
    make(sample.cache, victim)
    engine = sample.engine()
    assert sample.places(engine) == WAITS
    assert engine.refused_caches == {f"{sample.cache} {reason}"}
    assert victim.read_text(encoding="utf-8") == "precious"


def test_a_link_to_a_folder_is_not_followed(sample: Sample, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    sample.cache.symlink_to(elsewhere)
    engine = sample.engine()
    assert sample.places(engine) == WAITS
    assert engine.refused_caches == {f"{sample.cache} is a link"}
    assert os.listdir(elsewhere) == []


def test_a_folder_that_becomes_a_link_meanwhile_is_not_followed(
    sample: Sample, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    cache = Cache(str(sample.cache))
    cache.store("index-a.json", 1)
    shutil.rmtree(sample.cache)
    sample.cache.symlink_to(elsewhere)
    cache.store("index-a.json", 1)
    assert os.listdir(elsewhere) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("kind", ["", "lock", "index", "facts"])
def test_what_belongs_to_others_is_not_read(sample: Sample, kind: str) -> None:
    sample.check()
    foreign = next(sample.cache.glob(f"{kind}*")) if kind else sample.cache
    os.chown(foreign, 1, 1)
    engine = sample.engine()
    assert sample.places(engine) == WAITS
    refused = {f"{sample.cache} belongs to another user"}
    assert engine.refused_caches == (set() if kind else refused)


@pytest.mark.parametrize("kind", ["lock", ".gitignore", "index", "facts"])
def test_another_name_of_a_file_is_not_written_to(
    sample: Sample, victim: Path, kind: str
) -> None:
    path = planted(sample, kind)
    os.link(victim, path)
    sample.write("proj/views.py", "from proj.helper import fetch\n\nfetch(1)\n")
    assert sample.places() == ["proj/helper.py:5 CEL104"]
    assert sample.places() == ["proj/helper.py:5 CEL104"]
    assert victim.read_text(encoding="utf-8") == "precious"


def test_a_file_that_is_too_large_is_neither_read_nor_written(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.check()
    (index,) = sample.cache.glob("index-*.json")
    with index.open("r+b") as file:
        file.truncate(1 << 40)  # a sparse one, which takes no room
    assert sample.places() == WAITS
    monkeypatch.setattr(cache_files, "LARGEST", 10)
    cache = Cache(str(sample.cache))
    cache.store("index-b.json", "more than ten bytes")
    assert cache.load("index-b.json") is None
    assert not (sample.cache / "index-b.json").exists()


def test_what_others_keep_in_the_folder_stays_in_git(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    Cache(str(tmp_path)).store("index-a.json", 1)
    assert sorted(os.listdir(tmp_path)) == ["index-a.json", "notes.txt"]


def test_a_folder_of_our_own_is_ignored_again_when_that_is_lost(tmp_path: Path) -> None:
    Cache(str(tmp_path)).store("index-a.json", 1)
    (tmp_path / ".gitignore").unlink()
    Cache(str(tmp_path)).store("index-b.json", 1)
    assert (tmp_path / ".gitignore").read_bytes() == cache_files.IGNORED


def test_what_killed_runs_left_behind_is_removed(tmp_path: Path) -> None:
    old, new, foreign = (
        tmp_path / name for name in ("unfinished-a.tmp", "unfinished-b.tmp", "other.tmp")
    )
    for path in (old, new, foreign):
        path.touch()
    hours_ago = time.time() - 2 * 3600
    os.utime(old, (hours_ago, hours_ago))
    os.utime(foreign, (hours_ago, hours_ago))
    Cache(str(tmp_path)).store("index-a.json", 1)
    assert [path.exists() for path in (old, new, foreign)] == [False, True, True]
