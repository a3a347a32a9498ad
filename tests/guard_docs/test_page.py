"""The pages about the guard: every example runs, every output is what pytest prints."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from pytest_celery_guard.options.given import OPTIONS, RUN_OPTIONS
from pytest_celery_guard.options.settings import Settings
from tests.guard_docs.conftest import PAGES, Told
from tests.guard_docs.page import Example, examples, said

EXAMPLES = [
    pytest.param(page, example, id=f"{page.stem} line {example.line}")
    for page in PAGES
    for example in examples(page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("page", "example"), EXAMPLES)
def test_an_example_does_what_the_page_says(
    page: Path, example: Example, told: Told
) -> None:
    (first, *others) = told(page)[example.name]
    assert others == []
    assert said(first) == (example.shown or "")


def test_the_options_are_those_there_are(page: str) -> None:
    section = page.partition("\n## Options\n")[2].partition("\n## ")[0]
    *configured, conf = re.findall(r"^\| `.+$", section, re.M)
    assert configured == [
        *(f"| `{name}` | yes | yes | yes | {text} |" for name, _, text in OPTIONS),
        *(f"| `{name}` | no | yes | yes | {text} |" for name, _, text in RUN_OPTIONS),
    ]
    assert conf.startswith("| `conf` | yes | no | no | ")
    marked = {row.split("`")[1] for row in [*configured[: len(OPTIONS)], conf]}
    assert marked == {option.name for option in fields(Settings)} | {"app"}


@pytest.mark.parametrize("name", [name for name, _, _ in (*OPTIONS, *RUN_OPTIONS)])
def test_an_option_has_the_names_that_the_page_gives_it(
    name: str, pytestconfig: pytest.Config
) -> None:
    pytestconfig.getini(f"celery_guard_{name}")
    pytestconfig.getoption(f"--celery-guard-{name.replace('_', '-')}")


def test_conf_is_for_the_marker_alone(pytestconfig: pytest.Config) -> None:
    with pytest.raises(ValueError, match="unknown configuration value"):
        pytestconfig.getini("celery_guard_conf")


def test_the_pages_name_all_that_a_guard_can_do() -> None:
    from pytest_celery_guard import CeleryGuard

    # What the fixtures and the `with` statement call is no business of a test.
    called_by_others = {
        "enter",
        "enter_shared",
        "leave",
        "begin_part",
        "end_part",
        "verify",
    }
    called_by_others |= {"run_each_send", "record", "keep_hooks"}
    public = {name for name in dir(CeleryGuard) if not name.startswith("_")}
    told = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    unnamed = {
        name
        for name in public - called_by_others
        if not re.search(rf"(?:guard\.|`){name}\b", told)
    }
    assert unnamed == set()


def test_the_limit_is_the_one_the_page_names(page: str) -> None:
    assert f"After {Settings().limit:,} tasks" in page
