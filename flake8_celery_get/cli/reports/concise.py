"""The report in flake8's form: one line a finding, for editors and problem matchers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.cli.terminal.paths import shown_path
from flake8_celery_get.printing.addresses import page_of

if TYPE_CHECKING:
    from flake8_celery_get.cli.results import Results
    from flake8_celery_get.cli.terminal.look import Look
    from flake8_celery_get.finding import Finding


def render(results: Results, look: Look) -> str:
    """Return a line for each finding, and nothing when there is none."""
    return "".join(
        f"{_line(finding, look, '[*] ' if results.is_fixable(finding) else '')}\n"
        for finding in results.findings
    )


def _line(finding: Finding, look: Look, mark: str) -> str:
    place = f"{look.paint.path(shown_path(finding.path))}:{finding.line}"
    code = look.paint.code(finding.code, page_of(finding.code))
    return f"{place}:{finding.column + 1}: {code} {mark}{finding.message}"
