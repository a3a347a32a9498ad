"""Writes what was measured into ``docs/cost.md``, so that nobody copies numbers by hand."""

from __future__ import annotations

import platform
import re
from pathlib import Path

from bench.corpora import measured_corpora
from bench.environments import OTHERS, REPOSITORY, pins
from bench.processes import MeasureError, output
from bench.rows import Table, as_markdown
from flake8_celery_get import __version__

PAGE = REPOSITORY / "docs" / "cost.md"
TOOLS = {
    "flake8_celery_get": ("flake8", "libcst", *OTHERS),
    "pytest_celery_guard": ("celery", "kombu", "pytest"),
}
"""What stands beside each package while it is measured."""


def update(table: Table, page: Path = PAGE) -> None:
    """Replace the section that was measured; the others stay as they are."""
    content = f"{_with(table)}\n\n{as_markdown(table)}"
    text = page.read_text(encoding="utf-8")
    page.write_text(replaced(text, table.section, content), encoding="utf-8")


def replaced(text: str, section: str, content: str) -> str:
    """Return ``text`` with ``content`` between the section's two marks."""
    pattern = rf"(<!-- {section} -->\n).*?(<!-- /{section} -->)"
    return re.sub(pattern, lambda m: f"{m[1]}\n{content}\n\n{m[2]}", text, flags=re.DOTALL)


def _with(table: Table) -> str:
    """Say what was measured: a section may be older than its neighbours."""
    versions = pins()
    tools = [f"{name} {versions[name]}" for name in TOOLS[table.package]]
    sources = [
        f"{c.name} {c.version}" for c in measured_corpora() if c.name in table.corpora
    ]
    python = f"Python {'.'.join(platform.python_version_tuple()[:2])}"
    measured = [f"celery-guard {__version__}{_commit(table.package)}", python, *tools]
    parts = [", ".join(each) for each in (measured, sources) if each]
    return f"*{'; '.join(parts)}.*"


def _commit(package: str) -> str:
    """Name the last commit that changed the package, and whether it has changed since."""
    try:
        commit = output(
            ["git", "log", "-1", "--format=%h", "--", package], REPOSITORY
        ).strip()
        edits = output(["git", "status", "--porcelain", "--", package], REPOSITORY)
    except (MeasureError, OSError):  # no checkout
        return ""
    return f" at {commit} with edits" if edits else f" at {commit}"
