"""The documentation page of every rule, its examples executed."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.catalog import all_rules
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
from tests.casebook import parse

if TYPE_CHECKING:
    from pathlib import Path

    from flake8_celery_get.rule import Rule

SECTIONS = ["What it does", "Why is this bad?", "Example", "Use instead"]
each_rule = pytest.mark.parametrize(
    "rule", all_rules(), ids=[rule.code for rule in all_rules()]
)


def page(rule: type[Rule]) -> str:
    """The documentation page of a rule."""
    return inspect.cleandoc(rule.__doc__ or "")


def section(rule: type[Rule], title: str) -> str:
    """The text below one heading of a rule's page."""
    below = page(rule).split(f"\n## {title}\n")[1]
    return below.split("\n## ")[0]


def codes(rule: type[Rule], title: str, root: Path) -> list[str]:
    """What the engine finds in the example of a section, which may have several files."""
    (case,) = parse(f"# {title}\n{section(rule, title)}", rule.code)
    engine = Engine(Options(cache=False, opinions=(rule.code,)))
    return [found.code for path in case.write(root) for found in engine.check(str(path))]


@pytest.fixture
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name says nothing of tests, which are no production code."""
    return tmp_path_factory.mktemp("page").resolve()


@each_rule
def test_the_first_line_is_one_sentence(rule: type[Rule]) -> None:
    first, second, *_ = page(rule).split("\n")
    assert re.fullmatch(r"[A-Z`][^.]*\.", first)
    assert second == ""


@each_rule
def test_the_sections_stand_in_their_order(rule: type[Rule]) -> None:
    titles = re.findall(r"^## (.*)$", page(rule), re.MULTILINE)
    last = ["Fix safety"] if rule.fixes else []
    assert titles in ([*SECTIONS, *last], [*SECTIONS, "Exempt", *last])


@each_rule
def test_no_section_is_empty(rule: type[Rule]) -> None:
    for title in re.findall(r"^## (.*)$", page(rule), re.MULTILINE):
        assert section(rule, title).strip(), title


@each_rule
def test_the_example_breaks_just_this_rule(rule: type[Rule], root: Path) -> None:
    assert set(codes(rule, "Example", root)) == {rule.code}


@each_rule
def test_what_to_use_instead_is_clean(rule: type[Rule], root: Path) -> None:
    assert codes(rule, "Use instead", root) == []
