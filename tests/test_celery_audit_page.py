"""The page for users of celery-audit: its table is complete, and its example is executed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flake8_celery_get.catalog import find
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import OPINIONS, Options

PAGE = Path(__file__).parent.parent / "docs/coming-from-celery-audit.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (CEL0\d\d) \| [^|]+ \| (?:(CEL\d+) (\S+))? ?\| ?(enabled|disabled)? ?\|$", re.M
)
ROWS: list[tuple[str, str, str, str]] = ROW.findall(TEXT)
THEIRS = [f"CEL{number:03}" for number in range(1, 27)]


@pytest.fixture
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name says nothing of tests, which are no production code."""
    return tmp_path_factory.mktemp("page").resolve()


def test_the_table_has_each_of_their_codes() -> None:
    assert [row[0] for row in ROWS] == THEIRS


@pytest.mark.parametrize(("theirs", "code", "name", "default"), ROWS)
def test_the_table_names_our_rules(theirs: str, code: str, name: str, default: str) -> None:
    if code:
        assert find(code).name == name
        assert default == ("disabled" if code.startswith(OPINIONS) else "enabled"), theirs


def test_the_example_says_what_is_found(root: Path) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.M | re.S)
    lines = enumerate(example.splitlines(), start=1)
    due = {(n, code) for n, line in lines for code in re.findall(r"\bCEL\d+", line)}
    path = root / "proj" / "celery.py"
    path.parent.mkdir()
    path.write_text(example, encoding="utf-8")
    (root / "pyproject.toml").touch()
    opinions = ("CEL901", "CEL906", "CEL907", "CEL908", "CEL909", "CEL91")
    found = Engine(Options(cache=False, opinions=opinions)).check(str(path))
    assert {(each.line, each.code) for each in found} == due
