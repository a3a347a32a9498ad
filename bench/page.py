"""Writes what was measured into ``docs/cost.md``, so that nobody copies numbers by hand."""

from __future__ import annotations

import platform
import re
from pathlib import Path

from bench.corpora import all_corpora
from bench.environments import OTHERS, REPOSITORY, pins
from bench.processes import MeasureError, output
from bench.rows import Table, as_markdown
from flake8_celery_get import __version__

PAGE = REPOSITORY / "docs" / "cost.md"
PACKAGE = REPOSITORY / "flake8_celery_get"


def update(table: Table, page: Path = PAGE) -> None:
    """Replace the section that was measured; the others stay as they are."""
    content = f"{_with(table.corpora)}\n\n{as_markdown(table)}"
    text = page.read_text(encoding="utf-8")
    page.write_text(replaced(text, table.section, content), encoding="utf-8")


def replaced(text: str, section: str, content: str) -> str:
    """Return ``text`` with ``content`` between the section's two marks."""
    pattern = rf"(<!-- {section} -->\n).*?(<!-- /{section} -->)"
    return re.sub(pattern, lambda m: f"{m[1]}\n{content}\n\n{m[2]}", text, flags=re.DOTALL)


def _with(corpora: tuple[str, ...]) -> str:
    """Say what was measured: a section may be older than its neighbours."""
    versions = pins()
    tools = [f"{name} {versions[name]}" for name in ("flake8", "libcst", *OTHERS)]
    sources = [f"{c.name} {c.version}" for c in all_corpora() if c.name in corpora]
    python = f"Python {'.'.join(platform.python_version_tuple()[:2])}"
    measured = [f"celery-guard {__version__}{_commit()}", python, *tools]
    return f"*{', '.join(measured)}; {', '.join(sources)}.*"


def _commit() -> str:
    """Name the last commit that changed the linter, and whether it has changed since."""
    package = str(PACKAGE)
    try:
        commit = output(
            ["git", "log", "-1", "--format=%h", "--", package], REPOSITORY
        ).strip()
        edits = output(["git", "status", "--porcelain", "--", package], REPOSITORY)
    except (MeasureError, OSError):  # no checkout
        return ""
    return f" at {commit} with edits" if edits else f" at {commit}"
