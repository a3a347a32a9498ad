"""The pages about the guard: every example runs, every output is what pytest prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_type_hints

import pytest

from pytest_celery_guard.option_table import OF_RUNS, TABLE, Option
from pytest_celery_guard.options.settings import Settings, check_type
from pytest_celery_guard.options.table import OF_TESTS, unless_given
from pytest_celery_guard.worker.stepping import LIMIT
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


def test_the_options_are_those_of_the_table(page: str) -> None:
    section = page.partition("\n## Options\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `.+$", section, re.M)
    in_table = sorted(TABLE, key=lambda each: each.name == "conf")
    assert rows == [
        f"| `{each.name}` | {places(each)} | {each.help} |" for each in in_table
    ]


def places(option: Option) -> str:
    columns = ("marker", "ini", "command line")
    return " | ".join("yes" if each in option.places else "no" for each in columns)


def test_the_settings_of_a_test_are_those_of_the_table() -> None:
    found, types = Settings(), get_type_hints(Settings)
    told = {each.name: each for each in OF_TESTS if each.name != "app"}
    assert types.keys() == told.keys()
    for name, option in told.items():
        assert getattr(found, name) == (unless_given(option) if name != "conf" else {})
        check_type(name, getattr(found, name))
        assert (types[name] is bool) is (option.kind is bool)
    assert found.limit == LIMIT


@pytest.mark.parametrize("option", [each for each in TABLE if each.choices])
def test_the_help_names_all_choices(option: Option) -> None:
    assert all(re.search(rf"\b{each}\b", option.help) for each in option.choices)


@pytest.mark.parametrize("option", OF_RUNS, ids=lambda option: option.name)
def test_an_option_has_the_names_that_the_page_gives_it(
    option: Option, pytestconfig: pytest.Config
) -> None:
    pytestconfig.getini(f"celery_guard_{option.name}")
    pytestconfig.getoption(f"--celery-guard-{option.name.replace('_', '-')}")


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
        "begin_fixture",
        "end_part",
        "verify",
    }
    called_by_others |= {"note_end", "left_by_teardown"}
    called_by_others |= {"run_each_send", "record", "remarks", "keep_hooks"}
    public = {name for name in dir(CeleryGuard) if not name.startswith("_")}
    told = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    unnamed = {
        name
        for name in public - called_by_others
        if not re.search(rf"(?:guard\.|`){name}\b", told)
    }
    assert unnamed == set()


def test_the_limit_is_the_one_the_page_names(page: str) -> None:
    assert f"`limit` allows, which is {Settings().limit:,} by\ndefault" in page
