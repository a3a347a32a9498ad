"""The report for GitLab's merge requests: a Code Quality document.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flake8_celery_get.cli.reports.document import dumped
from flake8_celery_get.cli.terminal.paths import relative_path
from flake8_celery_get.printing.addresses import page_of

if TYPE_CHECKING:
    from flake8_celery_get.cli.results import FileError, Results
    from flake8_celery_get.finding import Finding


def render(results: Results) -> str:
    """Return a list of issues, those for files that could not be checked at the end."""
    issues = [*map(_finding, results.findings), *map(_error, results.errors)]
    return dumped(issues)


def _finding(finding: Finding) -> dict[str, object]:
    return _issue(
        finding.code,
        f"{finding.code} {finding.message} ({page_of(finding.code)})",
        "major",
        relative_path(finding.path),
        (finding.line, finding.end_line),
        finding.fingerprint,
    )


def _error(error: FileError) -> dict[str, object]:
    path = relative_path(error.path)
    mark = hashlib.blake2b(path.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return _issue("unreadable", error.message, "blocker", path, (1, 1), mark)


def _issue(
    check: str,
    description: str,
    severity: str,
    path: str,
    lines: tuple[int, int],
    fingerprint: str,
) -> dict[str, object]:
    begin, end = lines
    return {
        "check_name": check,
        "description": description,
        "severity": severity,
        "fingerprint": fingerprint,
        "location": {"path": path, "lines": {"begin": begin, "end": end}},
    }
