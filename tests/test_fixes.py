"""Every case of ``tests/cases``, fixed: nothing but the finding changes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.catalog import all_rules
from flake8_celery_get.engine import Engine
from flake8_celery_get.rule import SAFE, UNSAFE
from tests.casebook import Case, load
from tests.fixes import comments, fixes, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_celery_get.finding import Finding

CASES = load(Path(__file__).parent / "cases")
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


@pytest.fixture
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name says nothing of tests, which are no production code."""
    return tmp_path_factory.mktemp("case").resolve()


def check(case: Case, paths: Iterable[Path]) -> list[Finding]:
    """All findings of the files."""
    engine = Engine(case.settings())
    return [found for path in paths for found in engine.check(str(path))]


def places(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    """How many findings of each code there are in each file."""
    return Counter((found.path, found.code) for found in findings)


@each_case
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_fixing_removes_findings_and_nothing_else(
    case: Case, root: Path, *, unsafe: bool
) -> None:
    paths = case.write(root)
    before = check(case, paths)
    done = fixes(case.settings(), paths, unsafe=unsafe)
    fixable = [each for each in before if each.fix and (each.fix.is_safe or unsafe)]
    assert done.refused == {}
    assert len(fixable) <= done.count
    for path, text in texts(done).items():
        assert comments(text) == comments(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    after = check(case, paths)
    assert len(after) <= len(before) - len(fixable)
    assert places(after) <= places(before), "a finding that was not there before"
    assert not any(each.fix and (each.fix.is_safe or unsafe) for each in after)
    assert fixes(case.settings(), paths, unsafe=unsafe).after == {}


def test_rules_say_which_fixes_they_have(root: Path) -> None:
    seen: set[tuple[str, str]] = set()
    for number, case in enumerate(CASES):
        folder = root / str(number)
        folder.mkdir()
        for found in check(case, case.write(folder)):
            if found.fix:
                seen.add((found.code, SAFE if found.fix.is_safe else UNSAFE))
    assert seen == {(rule.code, kind) for rule in all_rules() for kind in rule.fixes}


def test_the_cache_keeps_fixes(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = []
    for case in CASES:
        if case.source != "CEL301/names.md":
            continue
        root = tmp_path_factory.mktemp("case").resolve()
        paths, folder = case.write(root), str(tmp_path_factory.mktemp("cache"))
        cold = Engine(case.settings(cache=True, cache_dir=folder))
        learnt = [found.fix for path in paths for found in cold.check(str(path))]
        cold.save()
        warm = Engine(case.settings(cache=True, cache_dir=folder))
        assert [f.fix for path in paths for f in warm.check(str(path))] == learnt
        made += learnt
    assert any(made)
