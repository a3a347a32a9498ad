"""The page for users of flake8-pie: its examples say what we report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flake8_celery_get.catalog import find
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import OPINIONS, Options

PAGE = Path(__file__).parent.parent / "docs/coming-from-flake8-pie.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", TEXT, re.M | re.S)
ROW = re.compile(r"^\| (PIE\d+) \S+ \| (CEL\d+) (\S+) \| (enabled|disabled) \|$", re.M)
ROWS: list[tuple[str, str, str, str]] = ROW.findall(TEXT)


@pytest.fixture
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name says nothing of tests, which are no production code."""
    return tmp_path_factory.mktemp("page").resolve()


def told(example: str) -> list[tuple[int, str]]:
    """The lines that a comment gives one of our codes, with the codes."""
    lines = enumerate(example.splitlines(), start=1)
    return [(n, code) for n, line in lines for code in re.findall(r"\bCEL\d+", line)]


@pytest.mark.parametrize("example", EXAMPLES, ids=[row[1] for row in ROWS])
def test_an_example_says_what_is_found(example: str, root: Path) -> None:
    path = root / "proj" / "views.py"
    path.parent.mkdir()
    path.write_text(example, encoding="utf-8")
    (root / "pyproject.toml").touch()
    codes = {code for _, code in told(example)}
    found = Engine(Options(cache=False, opinions=tuple(codes))).check(str(path))
    assert [(each.line, each.code) for each in found] == told(example)


@pytest.mark.parametrize(("theirs", "code", "name", "default"), ROWS)
def test_the_table_names_our_rules(theirs: str, code: str, name: str, default: str) -> None:
    assert find(code).name == name
    assert default == ("disabled" if code.startswith(OPINIONS) else "enabled")
    assert f"\n## {theirs} and {code}\n" in TEXT
