"""What a run has found: plain data for the reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_celery_get.cli import faults
from flake8_celery_get.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flake8_celery_get.project.files import Stamp

INTERNAL_ERROR = "CEL000"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file's findings, or the reason why it could not be checked.

    ``stamps`` are those of files that fixes change, as they were read, where that is known.
    ``notes`` are what to tell about the run as a whole, a line each.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    error: str = ""
    stamps: tuple[tuple[str, Stamp], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class FileError:
    """A file that could not be checked. ``message`` is one line."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Results:
    """Everything about a run, sorted; ``files`` counts the ``unchecked`` ones too.

    ``fixed`` counts what was found and is fixed now; None where that was not asked for.
    ``known`` counts what the baseline keeps quiet. ``notes`` are about the run as a whole.
    ``texts`` are those of files that were not read from the disk. Fixes change files that
    were ``checked_paths`` only: nobody gave the others to the command.
    """

    files: int
    findings: tuple[Finding, ...]
    errors: tuple[FileError, ...]
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    fixed: int | None = None
    applies_unsafe: bool = False
    known: int = 0
    notes: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    unchecked: int = 0
    checked_paths: frozenset[str] = frozenset()

    @classmethod
    def of(cls, reports: Iterable[FileReport]) -> Results:
        """Gather the reports on single files."""
        known = list(reports)
        findings = sorted(f for report in known for f in report.findings)
        errors = sorted(FileError(r.path, r.error) for r in known if r.error)
        stamps = {path: stamp for report in known for path, stamp in report.stamps}
        notes = sorted({note for report in known for note in report.notes})
        return cls(
            len(known),
            tuple(findings),
            tuple(errors),
            stamps,
            notes=tuple(notes),
            unchecked=len(errors),
        )

    @property
    def checked(self) -> int:
        """How many files were checked."""
        return self.files - self.unchecked

    def is_fixable(self, finding: Finding) -> bool:
        """Whether the fixes that were asked for, or the safe ones, include a finding's."""
        fix = finding.fix
        if fix is None or not (fix.is_safe or self.applies_unsafe):
            return False
        return all(path in self.checked_paths for path, _ in fix.others)

    @property
    def broken(self) -> bool:
        """Whether some file got no answer."""
        return bool(self.errors) or any(f.code == INTERNAL_ERROR for f in self.findings)


def finding_for(path: str, error: Exception) -> Finding:
    """Return the finding that stands for a bug of the linter itself."""
    message = faults.internal_error(error)
    return Finding(path, 1, 0, 1, 0, INTERNAL_ERROR, "internal-error", message)
