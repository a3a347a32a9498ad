"""The report as GitHub's workflow commands: findings show up beside the changed lines.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.cli.terminal.paths import relative_path
from flake8_celery_get.printing.addresses import page_of
from flake8_celery_get.printing.visible import visible

if TYPE_CHECKING:
    from flake8_celery_get.cli.results import FileError, Results
    from flake8_celery_get.finding import Finding


def render(results: Results) -> str:
    """Return one command for each finding and each file that could not be checked."""
    lines = [*map(_finding, results.findings), *map(_error, results.errors)]
    return "".join(f"{line}\n" for line in lines)


def _finding(finding: Finding) -> str:
    properties = {
        "file": relative_path(finding.path),
        "line": finding.line,
        "endLine": finding.end_line,
        "title": f"{finding.code} {finding.name}",
    }
    if finding.line == finding.end_line:  # GitHub refuses columns of several lines
        properties |= {"col": finding.column + 1, "endColumn": finding.end_column + 1}
    return _command(properties, f"{finding.message}\n{page_of(finding.code)}")


def _error(error: FileError) -> str:
    return _command({"file": relative_path(error.path)}, error.message)


def _command(properties: dict[str, object], message: str) -> str:
    said = ",".join(f"{name}={_escaped(str(value))}" for name, value in properties.items())
    return f"::error {said}::{_escaped_data(message)}"


def _escaped_data(text: str) -> str:
    parts = re.split(r"([\r\n])", text.replace("%", "%25"))
    return "".join(_LINE_ENDS.get(part) or visible(part) for part in parts)


_LINE_ENDS = {"\r": "%0D", "\n": "%0A"}
"""What the runner turns back; it knows no other escapes."""


def _escaped(text: str) -> str:
    return _escaped_data(text).replace(":", "%3A").replace(",", "%2C")
