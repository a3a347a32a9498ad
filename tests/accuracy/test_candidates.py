from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from accuracy.candidates import candidates


def words(folder: Path, source: str) -> list[tuple[int, str]]:
    (folder / "module.py").write_text(dedent(source), encoding="utf-8")
    return [(found.line, found.word) for found in candidates(folder)]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("result.get()", "get"),
        ("result.get(30)", "get"),
        ("group.join_native(timeout=3)", "join_native"),
        ("~signature", "~"),
        ("with allow_join_result(): pass", "allow_join_result"),
        ("while not result.ready(): pass", "poll"),
    ],
)
def test_a_line_that_could_wait_is_listed(tmp_path: Path, line: str, word: str) -> None:
    assert words(tmp_path, f"result = task.delay()\n{line}\n") == [(2, word)]


@pytest.mark.parametrize("line", ["d.get('key')", "', '.join(names)", "d.get(a, b, c)"])
def test_a_line_that_no_handle_could_stand_in_is_not(tmp_path: Path, line: str) -> None:
    assert words(tmp_path, f"result = task.delay()\n{line}\n") == []


def test_a_file_without_a_word_of_celery_is_not_read(tmp_path: Path) -> None:
    assert words(tmp_path, "mapping.get(key)\n") == []
