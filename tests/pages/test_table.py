"""The page that lists all rules has each of them once, in its family."""

from __future__ import annotations

import re
from pathlib import Path
from runpy import run_path

from flake8_celery_get.pages.families import FAMILIES
from flake8_celery_get.pages.page import all_pages

ROOT = Path(__file__).resolve().parents[2]
TABLE: str = run_path(str(ROOT / "docs/_hooks/rule_pages.py"))["table"]()


def test_each_rule_is_listed_with_its_name_and_purpose() -> None:
    rows = re.findall(r"^\| \[(\w+)\]\(\w+\.md\) \| ([\w-]+) \| (.+?) \|", TABLE, re.M)
    assert rows == [(page.code, page.name, page.purpose) for page in all_pages()]


def test_each_family_has_rules() -> None:
    sections = re.split(r"^## (CEL\d)xx$", TABLE, flags=re.M)[1:]
    assert sections[::2] == list(FAMILIES)
    for family, section in zip(sections[::2], sections[1::2], strict=True):
        found = re.findall(r"^\| \[(\w+)\]", section, re.M)
        assert found
        assert all(code.startswith(family) for code in found)
