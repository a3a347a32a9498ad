"""The page of the guard, its project, and what its tests said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guard_docs.page import run, write

PAGE = Path(__file__).parent.parent.parent / "docs/guard.md"

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
    """The text of the page."""
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def told(page: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What pytest says about each of the page's examples, by their files."""
    root = tmp_path_factory.mktemp("project").resolve()
    for name, text in AROUND.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    write(page, root)
    return run(root, DJANGO_SETTINGS_MODULE="proj.settings")
