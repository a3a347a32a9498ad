"""Where a pattern is found in a file is kept with the file's other facts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from flake8_celery_get.project.kept.cache import _pack
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
