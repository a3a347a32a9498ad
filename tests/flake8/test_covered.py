"""CEL201 speaks for the reads that fail; where it is silent, CEL202 speaks up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.project import Project

APP = """\
from celery import Celery

app = Celery("shop", broker="redis://")


@app.task
def add(x, y):
    return x + y
"""
READS = """\
from shop import add


def total():
    print(add.delay(1, 2).state)
    return add.delay(1, 2).get(timeout=1)
"""
MISSING = ["shop.py:3:7 CEL201"]
READ = ["reads.py:5:11 CEL202", "reads.py:6:12 CEL202"]


@pytest.fixture
def shop(project: Project) -> Project:
    """An app without a backend, and another file that reads results."""
    project.write("shop.py", APP)
    project.write("reads.py", READS)
    return project


def test_one_finding_with_the_reads_as_related_places(shop: Project) -> None:
    assert shop.guard_places() == shop.flake8_places() == MISSING
    (finding,) = shop.guard("check", "--output-format=json").json["findings"]
    assert "so 2 reads fail: reads.py:5, reads.py:6;" in finding["message"]
    assert [place["line"] for place in finding["related"]] == [5, 6]


def test_it_makes_no_difference_which_files_are_checked(shop: Project) -> None:
    assert shop.guard_places("reads.py") == shop.flake8_places("reads.py") == []
    assert shop.guard_places("shop.py") == shop.flake8_places("shop.py") == MISSING


def test_a_comment_silences_the_app(shop: Project) -> None:
    shop.write("shop.py", APP.replace('"redis://")', '"redis://")  # noqa: CEL201'))
    assert shop.guard_places() == shop.flake8_places() == READ
    shop.write("shop.py", f"# flake8: noqa\n{APP}")
    assert shop.guard_places() == shop.flake8_places() == READ
    shop.write("shop.py", APP.replace('"redis://")', '"redis://")  # noqa: CEL202'))
    assert shop.guard_places() == shop.flake8_places() == MISSING


def test_the_code_is_ignored(shop: Project) -> None:
    assert shop.guard_places("--ignore=CEL201") == READ
    assert shop.guard_places("--select=CEL202") == READ
    assert shop.flake8_places("--extend-ignore=CEL201") == READ
    assert shop.flake8_places("--select=CEL202") == READ


def test_the_code_is_ignored_for_the_file_of_the_app(shop: Project) -> None:
    shop.write(".flake8", "[flake8]\nper-file-ignores =\n    shop.py: CEL201\n")
    assert shop.flake8_places() == READ
    shop.write(
        "pyproject.toml", '[tool.celery-guard.per-file-ignores]\n"shop.py" = ["CEL201"]\n'
    )
    assert shop.guard_places() == READ


def test_the_code_is_ignored_for_another_file(shop: Project) -> None:
    shop.write(".flake8", "[flake8]\nper-file-ignores =\n    reads.py: CEL201\n")
    assert shop.flake8_places() == MISSING


def test_a_comment_at_a_read_is_not_needed(shop: Project) -> None:
    commented = READS.replace(".state)", ".state)  # noqa: CEL202")
    shop.write("reads.py", commented)
    out = shop.guard("check", "--report-unused-noqa", "reads.py").out
    assert "reads.py:5" in out


def test_comments_are_added_for_what_would_be_reported_next(shop: Project) -> None:
    assert shop.guard("check", "--add-noqa").out == "3 findings suppressed in 2 files\n"
    assert shop.guard_places() == shop.flake8_places() == []
    assert shop.guard("check", "--report-unused-noqa").code == 0


def test_a_baseline_knows_the_app_alone(shop: Project) -> None:
    shop.guard("check", "--write-baseline")
    assert (shop.folder / "celery-guard-baseline.json").read_text().count("CEL20") == 1
    assert shop.guard_places() == shop.flake8_places() == []
