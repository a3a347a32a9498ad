"""Where a pattern is found in a file is kept with the file's other facts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from flake8_celery_get.options import Options
from flake8_celery_get.project.kept.cache import _pack
from flake8_celery_get.project.project import Project
from flake8_celery_get.project.records import Record, unpacked
from flake8_celery_get.project.source_file import SourceFile

TEXT = "one = 1\n\n\ndef two():\n    return one\n"
ONE, TWO = re.compile(r"\bone\b"), re.compile("TWO", re.IGNORECASE)


@pytest.fixture
def facts(tmp_path: Path) -> Any:
    """What is stored of a file in which two patterns were looked for."""
    source = SourceFile(str(tmp_path / "a.py"), None, TEXT)
    assert source.holds(ONE)
    assert source.holds(TWO)
    return json.loads(json.dumps(source.facts(), default=_pack))


def test_each_pattern_has_its_lines(facts: Any) -> None:
    assert sorted(facts["rows"].values()) == [[1, 5], [4]]


def test_a_file_that_is_known_is_not_searched(facts: Any, tmp_path: Path) -> None:
    facts["rows"] = {pattern: [] for pattern in facts["rows"]}
    source = SourceFile(str(tmp_path / "a.py"), None, TEXT)
    source.recall(facts)
    assert not source.holds(ONE)
    assert not source.changed
    assert source.holds(re.compile("two"))
    assert source.changed


@pytest.mark.parametrize("rows", [None, [1], {"one": 1}, {"one": [99]}, {"one": [2, 1]}])
def test_lines_that_can_not_be_are_refused(
    facts: Any, tmp_path: Path, rows: object
) -> None:
    facts["rows"] = rows
    with pytest.raises((KeyError, TypeError, ValueError)):
        SourceFile(str(tmp_path / "a.py"), None, TEXT).recall(facts)


def test_bytes_are_searched_once_until_a_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("from celery import one\n")
    first = Project(str(tmp_path), Options())
    first.open()
    assert first.celery_files(b"one") == [str(path)]
    first.save({})
    again = Project(str(tmp_path), Options())
    again.open()
    assert again.records[str(path)].held == first.records[str(path)].held != {}
    again.edit(str(path), "from celery import two\n")
    assert again.celery_files(b"one") == []


@pytest.mark.parametrize("held", [None, [], {"one": 1}, {"one": None}])
def test_findings_that_can_not_be_are_refused(held: object) -> None:
    stored = json.loads(json.dumps(Record((1, 1), 1).packed()))
    assert unpacked(stored).held == {}
    with pytest.raises(TypeError):
        unpacked([*stored[:-1], held])


def test_names_that_are_searched_one_after_the_other_make_no_difference(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.py"
    path.write_text("zebra, apple = 1, 2\n")
    project = Project(str(tmp_path), Options())
    project.open()
    project.search({"zebra"})
    project.search({"apple"})
    assert not project.cares_for(str(path), "zebra, apple = 1, 3\n")
    assert project.cares_for(str(path), "apple = 1\n")
