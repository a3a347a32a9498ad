from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.catalog import all_rules, find

if TYPE_CHECKING:
    from flake8_celery_get.rule import Rule
    from tests.cli.project import Project


def test_lists_every_rule(project: Project) -> None:
    run = project.guard("rules")
    lines = run.out.splitlines()
    assert run.code == 0
    assert [line.split()[:2] for line in lines] == [[r.code, r.name] for r in all_rules()]
    for line, rule in zip(lines, all_rules(), strict=True):
        first = _page(rule).splitlines()[0]
        assert line.endswith(f"{first} Off by default." if rule.is_opinion() else first)


@pytest.mark.parametrize("word", ["CEL101", "cel101", "blocking-read-in-task"])
def test_prints_the_page_of_a_rule(project: Project, word: str) -> None:
    run = project.guard("explain", word)
    page = _page(find("CEL101"))
    assert (run.code, run.err) == (0, "")
    fixes = "safe ones by `--fix`, unsafe ones by `--fix --unsafe-fixes`."
    head = f"# CEL101 blocking-read-in-task\n\nSome findings have a fix: {fixes}"
    assert run.out == f"{head}\n\n{page}\n"


def test_a_page_promises_no_fix_where_there_is_none(project: Project) -> None:
    assert "fix" not in project.guard("explain", "CEL102").out


def test_the_page_of_an_opinion_tells_how_to_switch_it_on(project: Project) -> None:
    head, _, note = project.guard("explain", "CEL901").out.splitlines()[:3]
    assert head == "# CEL901 task-without-explicit-name"
    assert note == "Off by default. `--extend-select CEL901` switches it on."


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("CEL10", "did you mean CEL101 (blocking-read-in-task)?"),
        ("blocking-red-in-task", "did you mean CEL101 (blocking-read-in-task)?"),
        ("blocking-read-in-v", "did you mean CEL102 (blocking-read-in-view)?"),
        ("xyz", "`celery-guard rules` lists them"),
        ("", "`celery-guard rules` lists them"),
    ],
)
def test_helps_with_a_wrong_name(project: Project, word: str, hint: str) -> None:
    run = project.guard("explain", word)
    assert (run.code, run.out) == (2, "")
    assert run.err == f"celery-guard: explain: no rule is called {word!r}; {hint}\n"


def _page(rule: type[Rule]) -> str:
    page = inspect.getdoc(rule)
    assert page
    return page
