"""Every case of ``tests/cases``, fixed: nothing but the finding changes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.catalog import all_rules
from flake8_celery_get.engine import Engine
from flake8_celery_get.rule import SAFE, UNSAFE
from tests.casebook import Case
from tests.checked import CASES, Checked, CheckedCases
from tests.fixes import comments, fixes, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_celery_get.finding import Finding

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


@pytest.fixture(scope="module")
def all_checked(tmp_path_factory: pytest.TempPathFactory) -> CheckedCases:
    """The cases and their findings."""
    return CheckedCases(tmp_path_factory)


def places(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    """How many findings of each code there are in each file."""
    return Counter((found.path, found.code) for found in findings)


def fixable(findings: Iterable[Finding], *, unsafe: bool) -> list[Finding]:
    """The findings that are fixed."""
    return [found for found in findings if found.fix and (found.fix.is_safe or unsafe)]


@each_case
def test_fixing_removes_findings_and_nothing_else(
    case: Case, all_checked: CheckedCases
) -> None:
    before = all_checked[case]
    safe, all_of_them = (
        fixable(before.findings, unsafe=unsafe) for unsafe in (False, True)
    )
    if safe:
        assert_fixed(before, safe, unsafe=False)
    if all_of_them != safe:
        assert_fixed(before, all_of_them, unsafe=True)


def assert_fixed(before: Checked, expected: list[Finding], *, unsafe: bool) -> None:
    """The expected findings are gone after the fixes, and there are no others."""
    case, paths = before.case, before.paths
    done = fixes(case.settings(), paths, unsafe=unsafe)
    assert done.refused == {}
    assert len(expected) <= done.count
    for path, text in texts(done).items():
        assert comments(text) == comments(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    after = before.again()
    assert len(after) <= len(before.findings) - len(expected)
    assert places(after) <= places(before.findings), "a finding that was not there before"
    assert not fixable(after, unsafe=unsafe)
    assert fixes(case.settings(), paths, unsafe=unsafe).after == {}
    before.restore()


def test_without_a_fix_nothing_changes(all_checked: CheckedCases) -> None:
    one_of_each_page = {
        each.case.source: each
        for each in all_checked
        if not any(found.fix for found in each.findings)
    }
    for each in one_of_each_page.values():
        assert fixes(each.case.settings(), each.paths, unsafe=True).after == {}


def test_rules_say_which_fixes_they_have(all_checked: CheckedCases) -> None:
    seen = {
        (found.code, SAFE if found.fix.is_safe else UNSAFE)
        for each in all_checked
        for found in each.findings
        if found.fix
    }
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
