"""The report in flake8's form: one line a finding, for editors and problem matchers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.cli.paths import shown_path

if TYPE_CHECKING:
    from flake8_celery_get.cli.results import Results


def render(results: Results) -> str:
    """Return a line for each finding, and nothing when there is none."""
    return "".join(
        f"{shown_path(f.path)}:{f.line}:{f.column + 1}: {f.code} "
        f"{'[*] ' if results.is_fixable(f) else ''}{f.message}\n"
        for f in results.findings
    )
