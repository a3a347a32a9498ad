"""Links that lead somewhere. ``make docs`` checks those between the site's own pages."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from flake8_celery_get.catalog import all_rules

ROOT = Path(__file__).parent.parent
AT_THE_TOP = sorted(ROOT.glob("*.md"))
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.M | re.S)
LINK = re.compile(r"\]\(([^)\s]*)[^)]*\)|<(https?:[^>\n]*)>")
BARE = re.compile(r"https?:[^\s)>\"'`|]*")


def prose(path: Path) -> str:
    """The text without its code."""
    return CODE.sub("", path.read_text(encoding="utf-8"))


def links(text: str) -> list[str]:
    return [first or second for first, second in LINK.findall(text)]


def anchors(path: Path) -> set[str]:
    """The names of a page's headings, as GitHub and mkdocs make them."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    words = (re.sub(r"[^\w\s-]", "", heading.lower()).strip() for heading in headings)
    return {re.sub(r"\s", "-", each) for each in words}


@pytest.mark.parametrize("page", AT_THE_TOP, ids=lambda page: page.name)
def test_files_and_headings_are_there(page: Path) -> None:
    for link in links(prose(page)):
        if urlsplit(link).scheme:
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_readme_has_such_links() -> None:
    found = links(prose(ROOT / "README.md"))
    assert any(link.startswith("#") for link in found)
    assert any(link.startswith("docs/") for link in found)


def test_external_links_are_well_formed() -> None:
    texts = [prose(page) for page in (*AT_THE_TOP, *sorted(ROOT.glob("docs/*.md")))]
    texts += [inspect.cleandoc(rule.__doc__ or "") for rule in all_rules()]
    found = [link for text in texts for link in BARE.findall(text)]
    assert found
    for link in found:
        parts = urlsplit(link)
        assert (parts.scheme, "." in (parts.hostname or "")) == ("https", True), link
        assert parts.path.startswith("/"), link


def test_contributors_find_every_target_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: help (.+)$", makefile, re.M)
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `make (\w+)` \|", text, re.M) == phony.split()
