"""Every address of the project agrees with the two constants, and leads to a page that exists."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import flake8_celery_get
from flake8_celery_get.pages.families import FAMILIES
from flake8_celery_get.pages.page import all_pages
from flake8_celery_get.printing.addresses import DOCUMENTATION, REPOSITORY

ROOT = Path(__file__).parent.parent
SITE = re.compile(r"https?://[\w.-]*celery[-_]?guard[\w.-]*\.\w+/[^\s)\"'`>|\\]*")
HOME = re.compile(r"(?:github\.com/|uses: )([\w.-]+/celery-guard)\b")
PLACEHOLDER = re.compile(r"<(?:this repository|a tag or commit|owner|repository)>")
RELEASE = re.compile(r"(?:rev: |celery-guard@)v?(\d[\w.]*)")
GENERATED = {"options", "rules", *(f"rules/{page.code}" for page in all_pages())}


def matches(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Each match in a tracked file, with its place."""
    listed = subprocess.run(
        ("git", "ls-files"), cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path == Path(__file__) or not path.is_file() or path.suffix == ".png":
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            for match in pattern.finditer(line):
                yield f"{name}:{number}", match[match.lastindex or 0]


def test_every_address_of_the_documentation_has_the_same_base() -> None:
    found = dict(matches(SITE))
    assert {"mkdocs.yml", "pyproject.toml", "README.md"} <= {
        place.partition(":")[0] for place in found
    }
    wrong = {
        place: url for place, url in found.items() if not url.startswith(DOCUMENTATION)
    }
    assert wrong == {}, f"write {DOCUMENTATION} there"


def test_every_address_of_the_repository_is_the_same() -> None:
    home = REPOSITORY.removeprefix("https://github.com/")
    found = dict(matches(HOME))
    assert {"pyproject.toml", "README.md"} <= {place.partition(":")[0] for place in found}
    wrong = {place: name for place, name in found.items() if name != home}
    assert wrong == {}, f"write {home} there"


def test_there_are_no_placeholders() -> None:
    assert dict(matches(PLACEHOLDER)) == {}


def test_every_release_that_is_named_is_this_one() -> None:
    ours = {
        place: release
        for place, release in matches(RELEASE)
        if not place.startswith(("tests/", "bench/", "package/", "requirements/"))
        and "celery-guard" in near(place)
    }
    assert ours
    wrong = {p: each for p, each in ours.items() if each != flake8_celery_get.__version__}
    assert wrong == {}


def near(place: str) -> str:
    """The line and the one before it: a ``rev:`` stands below the address it is for."""
    name, _, number = place.partition(":")
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(lines[max(0, int(number) - 2) : int(number)])


def test_every_address_leads_to_a_page() -> None:
    headings = {f"{prefix}xx".lower() for prefix in FAMILIES}
    for place, url in matches(SITE):
        page, _, anchor = url.removeprefix(DOCUMENTATION).partition("#")
        name = page.strip("/")
        known = not name or name in GENERATED or (ROOT / f"docs/{name}.md").is_file()
        assert known or "{" in name or name.startswith("rules/CEL"), f"{place}: {url}"
        assert not anchor or anchor in headings, f"{place}: {url}"
