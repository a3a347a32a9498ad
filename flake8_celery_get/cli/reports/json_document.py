"""The report for programs: one JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get import __version__
from flake8_celery_get.cli.reports.document import dumped
from flake8_celery_get.cli.terminal.paths import relative_path
from flake8_celery_get.printing.addresses import page_of

if TYPE_CHECKING:
    from flake8_celery_get.cli.results import Results
    from flake8_celery_get.finding import Edit, Finding, Fix, Related

FORMAT_VERSION = 1


def render(results: Results) -> str:
    """Return the results as JSON; lines and columns count from 1."""
    document = {
        "version": FORMAT_VERSION,
        "tool": f"celery-guard {__version__}",
        "files": results.files,
        "findings": [_finding(finding) for finding in results.findings],
        "errors": [
            {"path": relative_path(error.path), "message": error.message}
            for error in results.errors
        ],
    }
    return dumped(document)


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "name": finding.name,
        "url": page_of(finding.code),
        "message": finding.message,
        "path": relative_path(finding.path),
        "line": finding.line,
        "column": finding.column + 1,
        "end_line": finding.end_line,
        "end_column": finding.end_column + 1,
        "fingerprint": finding.fingerprint,
        "related": [_related(step) for step in finding.related],
        "fix": _fix(finding.fix) if finding.fix is not None else None,
    }


def _fix(fix: Fix) -> dict[str, object]:
    return {
        "description": fix.description,
        "safe": fix.is_safe,
        "edits": [_edit(edit) for edit in fix.edits],
        "other_files": [
            {"path": relative_path(path), "edits": [_edit(edit) for edit in edits]}
            for path, edits in fix.others
        ],
    }


def _edit(edit: Edit) -> dict[str, object]:
    return {
        "line": edit.line,
        "column": edit.column + 1,
        "end_line": edit.end_line,
        "end_column": edit.end_column + 1,
        "text": edit.text,
    }


def _related(step: Related) -> dict[str, object]:
    return {
        "path": relative_path(step.path),
        "line": step.line,
        "column": step.column + 1,
        "message": step.message,
    }
