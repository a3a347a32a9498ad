"""Every case of ``tests/cases``, checked in every way that makes no difference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.catalog import all_rules
from flake8_celery_get.engine import Engine
from tests.casebook import Case, differences
from tests.checked import CASES, Checked, CheckedCases, check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_celery_get.finding import Finding

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
several_files = pytest.mark.parametrize(
    "case", [case for case in CASES if len(case.files) > 1], ids=lambda case: case.id
)
ORDERS = 6
LONGEST_MESSAGE = 140


@pytest.fixture(scope="module")
def all_checked(tmp_path_factory: pytest.TempPathFactory) -> CheckedCases:
    """The cases and their findings."""
    return CheckedCases(tmp_path_factory)


@pytest.fixture
def checked(case: Case, all_checked: CheckedCases) -> Iterator[Checked]:
    """The case of a test, which may change its files."""
    yield all_checked[case]
    all_checked[case].restore()


def kept(case: Case, folder: Path) -> Engine:
    """A new engine that knows only what the cache in the folder holds."""
    return Engine(case.settings(cache=True, cache_dir=str(folder)))


@each_case
def test_case(case: Case, checked: Checked) -> None:
    told = differences(case, checked.findings, checked.root)
    assert not told, "\n".join([f"{case.source}:{case.line} {case.title}", *told])


@several_files
def test_order_makes_no_difference(case: Case, checked: Checked) -> None:
    for order in islice(permutations(checked.paths), 1, ORDERS):
        assert check(Engine(case.settings()), order) == checked.findings
    alone = (check(Engine(case.settings()), [path]) for path in checked.paths)
    assert sorted(found for findings in alone for found in findings) == checked.findings


@each_case
def test_the_cache_makes_no_difference(
    case: Case, checked: Checked, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    cold = kept(case, folder)
    assert check(cold, checked.paths) == checked.findings
    assert check(cold, checked.paths) == checked.findings
    cold.save()
    assert check(kept(case, folder), checked.paths) == checked.findings


@several_files
def test_the_cache_sees_a_changed_file(
    case: Case, checked: Checked, tmp_path_factory: pytest.TempPathFactory
) -> None:
    paths, folder = checked.paths, tmp_path_factory.mktemp("cache")
    for path in paths:
        warm = kept(case, folder)
        check(warm, paths)
        warm.save()
        path.write_text("", encoding="utf-8")
        expected = check(Engine(case.settings()), paths)
        assert check(kept(case, folder), paths) == expected, path.name
        checked.restore()


@each_case
def test_given_text_stands_in_for_the_file(case: Case, checked: Checked) -> None:
    for path in checked.paths:
        expected = [found for found in checked.findings if found.path == str(path)]
        text = path.read_text(encoding="utf-8")
        path.write_text("", encoding="utf-8")
        assert sorted(Engine(case.settings()).check(str(path), text)) == expected
        checked.restore()


@each_case
def test_messages_are_short_and_name_a_remedy(case: Case, checked: Checked) -> None:
    for found in checked.findings:
        problem, _, remedy = found.message.partition("; ")
        assert problem
        assert remedy
        assert len(found.message) <= LONGEST_MESSAGE, found.message
        assert found.message.count("`") % 2 == 0
        assert not found.message.endswith(".")


def places(findings: Iterable[Finding]) -> list[tuple[str, str, str]]:
    """What stays the same of findings when their lines move."""
    return sorted((found.path, found.code, found.fingerprint) for found in findings)


@each_case
def test_a_fingerprint_is_one_finding_and_survives_moved_lines(
    case: Case, checked: Checked
) -> None:
    findings = checked.findings
    fingerprints = {found.fingerprint for found in findings}
    assert len(fingerprints - {""}) == len(findings)
    for path in checked.paths:
        path.write_text("\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    moved = checked.again()
    assert places(moved) == places(findings)
    assert [found.line - 2 for found in moved] == [found.line for found in findings]


def codes(cases: Iterable[Case]) -> Iterator[str]:
    """The codes that are due somewhere in the cases."""
    return (mark.code for case in cases for mark in case.marks())


@pytest.mark.parametrize("code", [rule.code for rule in all_rules()])
def test_every_rule_has_a_page_with_findings_and_with_silence(code: str) -> None:
    own = [case for case in CASES if case.source.startswith(f"{code}/")]
    assert code in codes(own)
    assert any(not case.marks() for case in own)
