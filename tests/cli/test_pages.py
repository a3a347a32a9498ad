"""``celery-guard rules`` and ``celery-guard explain``."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.catalog import all_rules, find
from flake8_celery_get.pages.page import all_pages

if TYPE_CHECKING:
    from flake8_celery_get.rule import Rule
    from tests.cli.project import Project

URL = "https://celery-guard.readthedocs.io/en/latest/rules/"


def test_lists_every_rule(project: Project) -> None:
    run = project.guard("rules")
    lines = run.out.splitlines()
    assert run.code == 0
    assert [line.split()[:2] for line in lines] == [[p.code, p.name] for p in all_pages()]
    of = {line.split()[0]: line for line in lines}
    for rule in all_rules():
        first = _page(rule).splitlines()[0]
        end = f"{first} Disabled by default." if rule.is_opinion() else first
        assert of[rule.code].endswith(end)


def test_lists_them_for_programs(project: Project) -> None:
    listed = {
        rule["code"]: rule for rule in project.guard("rules", "--output-format=json").json
    }
    assert listed["CEL101"] == {
        "code": "CEL101",
        "name": "blocking-read-in-task",
        "summary": "A task waits for the result of another task.",
        "enabled": True,
        "fixes": ["safe", "unsafe"],
        "reported_by": ["the linter", "the pytest plugin"],
        "url": f"{URL}CEL101/",
    }
    assert listed["CEL104"]["reported_by"] == ["the linter"]
    assert listed["CEL001"]["reported_by"] == ["celery-guard check"]
    assert [code for code, rule in listed.items() if not rule["enabled"]] == [
        rule.code for rule in all_rules() if rule.is_opinion()
    ]


def test_lists_them_as_a_table_for_documents(project: Project) -> None:
    head, line, *rows = project.guard("rules", "--output-format=markdown").out.splitlines()
    assert head.count("|") == line.count("|") == 6
    (row,) = [row for row in rows if "[CEL611]" in row]
    assert row.startswith(f"| [CEL611]({URL}CEL611/) | unknown-queue | ")
    assert {row.count(" | ") for row in rows} == {4}


@pytest.mark.parametrize("word", ["CEL101", "cel101", "blocking-read-in-task"])
def test_prints_the_page_of_a_rule(project: Project, word: str) -> None:
    run = project.guard("explain", word)
    page = _page(find("CEL101"))
    assert (run.code, run.err) == (0, "")
    fixes = "safe ones by `--fix`, unsafe ones by `--fix --unsafe-fixes`."
    sides = "Reported by the linter and the pytest plugin."
    head = f"# CEL101 blocking-read-in-task\n\n{sides}\n\nSome findings have a fix: {fixes}"
    assert run.out == f"{head}\n\n{page}\n"


def test_prints_several_pages_each_once(project: Project) -> None:
    out = project.guard("explain", "CEL611", "read-without-timeout", "cel611").out
    heads = [line for line in out.splitlines() if line.startswith("# ")]
    assert heads == ["# CEL611 unknown-queue", "# CEL104 read-without-timeout"]
    assert "\n\n\n# CEL104" in out


@pytest.mark.parametrize(
    ("code", "sides"),
    [
        ("CEL104", "Reported by the linter."),
        ("CEL611", "Reported by the linter and the pytest plugin."),
        ("CEL001", "Reported by `celery-guard check`."),
    ],
)
def test_a_page_says_who_reports_it(project: Project, code: str, sides: str) -> None:
    assert sides in project.guard("explain", code).out.splitlines()


def test_a_page_promises_no_fix_where_there_is_none(project: Project) -> None:
    assert "fix" not in project.guard("explain", "CEL102").out


def test_the_page_of_an_opinion_tells_how_to_switch_it_on(project: Project) -> None:
    head, _, note = project.guard("explain", "CEL901").out.splitlines()[:3]
    assert head == "# CEL901 task-without-explicit-name"
    assert note == "Disabled by default. `--extend-select CEL901` enables it."


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
    run = project.guard("explain", "CEL101", word)
    assert (run.code, run.out) == (2, "")
    assert run.err == f"celery-guard: explain: no rule is called {word!r}; {hint}\n"


@pytest.mark.parametrize("word", ["CEL001", "unused-noqa"])
def test_what_is_no_rule_of_the_linter_can_be_looked_up(
    project: Project, word: str
) -> None:
    project.write("a.py", "x = 1  # noqa: CEL611\n")
    run = project.guard("check", f"--select={word}")
    hint = f"`celery-guard explain {word}` says when it is reported"
    reason = f"--select: no rule has the code or name {word!r}; {hint}"
    assert (run.code, run.err) == (2, f"celery-guard: {reason}\n")
    assert "--report-unused-noqa" in project.guard("explain", word).out
    run = project.guard("check", "--report-unused-noqa", "--output-format=json")
    (found,) = run.json["findings"]
    assert found["message"].startswith("CEL611 suppresses nothing here")
    assert found["url"] == f"{URL}CEL001/"


def _page(rule: type[Rule]) -> str:
    page = inspect.getdoc(rule)
    assert page
    return page
