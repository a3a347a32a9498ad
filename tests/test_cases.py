"""Every case of ``tests/cases``, checked in every way that makes no difference."""

from __future__ import annotations

from itertools import islice, permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.catalog import all_rules
from flake8_celery_get.engine import Engine
from tests.casebook import Case, differences, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flake8_celery_get.finding import Finding

CASES = load(Path(__file__).parent / "cases")
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
several_files = pytest.mark.parametrize(
    "case", [case for case in CASES if len(case.files) > 1], ids=lambda case: case.id
)
ORDERS = 6
LONGEST_MESSAGE = 140


@pytest.fixture
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name says nothing of tests, which are no production code."""
    return tmp_path_factory.mktemp("case").resolve()


def check(engine: Engine, paths: Iterable[Path]) -> list[Finding]:
    """All findings of the files, sorted."""
    return sorted(found for path in paths for found in engine.check(str(path)))


def kept(case: Case, folder: Path) -> Engine:
    """A new engine that knows only what the cache in the folder holds."""
    return Engine(case.settings(cache=True, cache_dir=str(folder)))


@each_case
def test_case(case: Case, root: Path) -> None:
    findings = check(Engine(case.settings()), case.write(root))
    told = differences(case, findings, root)
    assert not told, "\n".join([f"{case.source}:{case.line} {case.title}", *told])


@each_case
def test_order_makes_no_difference(case: Case, root: Path) -> None:
    paths = case.write(root)
    expected = check(Engine(case.settings()), paths)
    for order in islice(permutations(paths), ORDERS):
        assert check(Engine(case.settings()), order) == expected
    alone = (check(Engine(case.settings()), [path]) for path in paths)
    assert sorted(found for findings in alone for found in findings) == expected


@each_case
def test_the_cache_makes_no_difference(
    case: Case, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    paths, folder = case.write(root), tmp_path_factory.mktemp("cache")
    expected = check(Engine(case.settings()), paths)
    cold = kept(case, folder)
    assert check(cold, paths) == expected
    assert check(cold, paths) == expected
    cold.save()
    assert check(kept(case, folder), paths) == expected


@several_files
def test_the_cache_sees_a_changed_file(
    case: Case, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    paths, folder = case.write(root), tmp_path_factory.mktemp("cache")
    for path in paths:
        warm = kept(case, folder)
        check(warm, paths)
        warm.save()
        text = path.read_text(encoding="utf-8")
        path.write_text("", encoding="utf-8")
        expected = check(Engine(case.settings()), paths)
        assert check(kept(case, folder), paths) == expected, path.name
        path.write_text(text, encoding="utf-8")


@each_case
def test_given_text_stands_in_for_the_file(case: Case, root: Path) -> None:
    for path in case.write(root):
        expected = Engine(case.settings()).check(str(path))
        text = path.read_text(encoding="utf-8")
        path.write_text("", encoding="utf-8")
        assert Engine(case.settings()).check(str(path), text) == expected
        path.write_text(text, encoding="utf-8")


@each_case
def test_messages_are_short_and_name_a_remedy(case: Case, root: Path) -> None:
    for found in check(Engine(case.settings()), case.write(root)):
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
    case: Case, root: Path
) -> None:
    paths = case.write(root)
    findings = check(Engine(case.settings()), paths)
    fingerprints = {found.fingerprint for found in findings}
    assert len(fingerprints - {""}) == len(findings)
    for path in paths:
        path.write_text("\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    moved = check(Engine(case.settings()), paths)
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
