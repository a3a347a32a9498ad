"""The pages about the guard, their projects, and what their tests said."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.guard_docs.page import PREAMBLE, files, run, tests, write

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = DOCS / "guard.md"
PAGES = (PAGE, *sorted(DOCS.glob("guard-*.md")))

Told = Callable[[Path], dict[str, list[str]]]

AROUND = {
    "proj/__init__.py": "",
    "proj/bank.py": "def charge(order, cents):\n    return f'{order} is paid'\n",
    "proj/mail.py": "def send(to, payment):\n    pass\n",
    "proj/settings.py": (
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\n"
        "INSTALLED_APPS = ['django.contrib.contenttypes']\n"
    ),
}
"""What the page leaves to the reader's imagination."""


@pytest.fixture(scope="session")
def page() -> str:
    """The text of the first page."""
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What pytest says about each of a page's examples, by their files.

    A page that shows no tasks of its own uses those of the first one.
    """

    @functools.cache
    def of(page: Path) -> dict[str, list[str]]:
        root = tmp_path_factory.mktemp("project").resolve()
        first, own = (path.read_text(encoding="utf-8") for path in (PAGE, page))
        write({**AROUND, **files(first)}, root)
        preamble = PREAMBLE if page == PAGE else ""
        write({**files(own), **tests(own, preamble)}, root)
        return run(root, DJANGO_SETTINGS_MODULE="proj.settings")

    return of
