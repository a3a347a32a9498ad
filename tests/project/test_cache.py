"""The cache saves time and changes nothing, whatever happens to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
from flake8_celery_get.project.kept import memory
from flake8_celery_get.project.kept.cache import Cache
from flake8_celery_get.project.kept.cache_files import CACHE_FOLDER
from flake8_celery_get.source.lower import definition as lower
from tests.project.sample import Sample, noted

WAITS = ["proj/views.py:5 CEL102"]


def test_the_sample_waits(sample: Sample) -> None:
    assert sample.places() == WAITS


def test_a_missing_folder_is_made_and_kept_out_of_git(sample: Sample) -> None:
    sample.check()
    assert sample.stored()
    assert (sample.cache / ".gitignore").read_text(encoding="utf-8").endswith("\n*\n")


def test_git_sees_nothing_of_the_cache_at_the_root(sample: Sample) -> None:
    subprocess.run(["git", "init", "-q"], cwd=sample.folder, check=True)
    engine = Engine()
    assert engine.check(str(sample.folder / "proj/views.py"))
    engine.save()
    assert (sample.folder / CACHE_FOLDER).is_dir()
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=sample.folder, capture_output=True, check=True
    )
    assert status.stdout.split() == [b"??", b"proj/", b"??", b"pyproject.toml"]


def garbage(octets: bytes) -> bytes:
    return b"\x00\xff garbage \xfe" * 9


def cut(octets: bytes) -> bytes:
    return octets[: len(octets) // 2]


def emptied(_: bytes) -> bytes:
    return b""


def another_shape(_: bytes) -> bytes:
    return b'["nothing", {"of": "ours"}, null]'


def nothing(_: bytes) -> bytes:
    return b"null"


def too_deep(_: bytes) -> bytes:
    return b"[" * 100_000 + b"]" * 100_000


def other_numbers(octets: bytes) -> bytes:
    return octets.translate(bytes.maketrans(b"123456789", b"912345678"))


def numbers_to_null(octets: bytes) -> bytes:
    return octets.replace(b",1,", b",null,").replace(b",0,", b",null,")


def strings_to_lists(octets: bytes) -> bytes:
    return octets.replace(b'"fetch"', b"[[]]").replace(b'"add"', b"{}")


def lists_to_strings(octets: bytes) -> bytes:
    return octets.replace(b"[]", b'"x"')


DAMAGES = (
    garbage, cut, emptied, another_shape, nothing, too_deep, other_numbers,
    numbers_to_null, strings_to_lists, lists_to_strings,
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", ["index", "facts", ""])
def test_a_damaged_cache_makes_no_difference(
    sample: Sample, damage: Callable[[bytes], bytes], kind: str
) -> None:
    expected = sample.check()
    for path in sample.stored():
        if path.name.startswith(kind):
            path.write_bytes(damage(path.read_bytes()))
        elif kind == "facts":
            path.unlink()  # without the index the facts are asked for
    assert sample.check() == expected
    assert sample.check() == expected


def test_a_flipped_byte_makes_no_difference(sample: Sample) -> None:
    expected = sample.check()
    (index,) = sample.cache.glob("index-*.json")
    octets = index.read_bytes()
    for position in range(0, len(octets), 53):
        flipped = bytes([octets[position] ^ 1])
        index.write_bytes(octets[:position] + flipped + octets[position + 1 :])
        assert sample.check(sample.engine()) == expected, position


def test_another_version_starts_anew(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.check()
    monkeypatch.setattr(memory, "edition", lambda: "0.0.0.other")
    assert reads_libcst(sample)
    assert not reads_libcst(sample)


def reads_libcst(sample: Sample) -> bool:
    """Whether a run reads code anew rather than from the cache."""
    with noted(lower, "lower") as texts:
        assert sample.places() == WAITS
    return bool(texts)


def test_other_options_have_their_own_findings(sample: Sample) -> None:
    assert sample.check()
    all_is_test = Options(cache_dir=str(sample.cache), test_files=("*",))
    engine = Engine(all_is_test)
    assert [found for path in sample.paths() for found in engine.check(path)] == []
    engine.save()
    assert sample.places() == WAITS


@pytest.mark.parametrize("folder", ["file", "file/below"])
def test_a_file_in_place_of_the_folder_changes_nothing(
    sample: Sample, folder: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    blocked = Sample(sample.folder, tmp_path / folder)
    assert blocked.places() == WAITS
    assert blocked.places() == WAITS
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("filled", [True, False])
def test_a_folder_that_nobody_may_write_changes_nothing(
    sample: Sample, filled: bool
) -> None:
    sample.cache.mkdir()
    if filled:
        sample.check()
    sample.cache.chmod(0o500)
    try:
        sample.write("proj/views.py", "from proj.helper import fetch\n\nfetch(1)\n")
        assert sample.places() == ["proj/helper.py:5 CEL104"]
    finally:
        sample.cache.chmod(0o700)


def test_a_full_disk_leaves_no_rubbish(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", refuse)
        assert sample.places() == WAITS
    assert sample.stored() == []
    assert list(sample.cache.glob("*.tmp")) == []


def test_what_is_stored_comes_back_and_nothing_else(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "kept"))
    assert cache.load("a.json") is None
    cache.store("a.json", {"é": [1, None, "\ud800"]})
    assert cache.load("a.json") == {"é": [1, None, "\ud800"]}
    forgetful = Cache(None)
    forgetful.store("a.json", 1)
    assert forgetful.load("a.json") is None


RUN = """
import sys
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
engine = Engine(Options(cache_dir=sys.argv[1]))
for path in sys.argv[2:]:
    for found in engine.check(path):
        print(found)
engine.save()
"""


def test_processes_that_run_at_once_do_not_disturb_each_other(sample: Sample) -> None:
    command = [sys.executable, "-c", RUN, str(sample.cache), *sample.paths()]
    expected = [str(found) for found in sample.check(sample.engine(cache=False))]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    for process in started:
        out, err = process.communicate(timeout=60)
        assert out.decode().splitlines() == expected
        assert err == b""
    assert sample.places() == WAITS
    assert list(sample.cache.glob("*.tmp")) == []
