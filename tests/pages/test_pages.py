"""The pages of what is reported by other parts than the linter, and who reports what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flake8_celery_get.catalog import codes
from flake8_celery_get.pages.page import Page, all_pages
from flake8_celery_get.pages.sides import LINTER, OF_COMMAND, OF_PLUGIN, PLUGIN
from flake8_celery_get.printing.addresses import DOCUMENTATION
from pytest_celery_guard.findings.allowed import CODES, page_of

ROOT = Path(__file__).resolve().parents[2]
PAGES = {page.code: page for page in all_pages()}
OTHERS = [page for page in all_pages() if LINTER not in page.sides]


def test_the_plugin_reports_what_the_pages_say() -> None:
    assert set(CODES) == OF_PLUGIN
    named = {code: PAGES[code].name for code in CODES}
    assert named == dict(CODES)


def test_everything_that_is_reported_has_a_page() -> None:
    assert set(PAGES) == {*codes(), *OF_PLUGIN, *OF_COMMAND}


def test_every_page_has_a_side() -> None:
    assert [page.code for page in all_pages() if not page.sides] == []
    assert PAGES["CEL104"].sides == (LINTER,)
    assert PAGES["CEL611"].sides == (LINTER, PLUGIN)


@pytest.mark.parametrize("page", OTHERS, ids=[page.code for page in OTHERS])
def test_the_first_line_is_one_sentence(page: Page) -> None:
    first, second, *_ = page.text.split("\n")
    assert re.fullmatch(r"[A-Z`c][^.]*\.", first)
    assert second == ""


def test_the_site_is_where_the_addresses_lead() -> None:
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert f"site_url: {DOCUMENTATION}\n" in settings
    assert page_of("CEL602") == f"{DOCUMENTATION}rules/CEL602/"
    assert "use_directory_urls" not in settings  # /rules/CEL101/, not /rules/CEL101.html
