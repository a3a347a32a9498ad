"""What a run has found: plain data for the reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.cli import faults
from flake8_celery_get.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

INTERNAL_ERROR = "CEL000"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file's findings, or the reason why it could not be checked."""

    path: str
    findings: tuple[Finding, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, order=True)
class FileError:
    """A file that could not be checked. ``message`` is one line."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Results:
    """Everything about a run, sorted; ``files`` counts the broken ones too."""

    files: int
    findings: tuple[Finding, ...]
    errors: tuple[FileError, ...]

    @classmethod
    def of(cls, reports: Iterable[FileReport]) -> Results:
        """Gather the reports on single files."""
        known = list(reports)
        findings = sorted(f for report in known for f in report.findings)
        errors = sorted(FileError(r.path, r.error) for r in known if r.error)
        return cls(len(known), tuple(findings), tuple(errors))

    @property
    def broken(self) -> bool:
        """Whether some file got no answer."""
        return bool(self.errors) or any(f.code == INTERNAL_ERROR for f in self.findings)


def finding_for(path: str, error: Exception) -> Finding:
    """Return the finding that stands for a bug of the linter itself."""
    message = faults.internal_error(error)
    return Finding(path, 1, 0, 1, 0, INTERNAL_ERROR, "internal-error", message)
