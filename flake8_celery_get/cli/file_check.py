"""What is done with each file, in whichever process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.cli.noqa import silences_file, without_silenced
from flake8_celery_get.cli.results import FileReport, finding_for
from flake8_celery_get.cli.unused_noqa import unused
from flake8_celery_get.source.text import SourceError, read

if TYPE_CHECKING:
    from flake8_celery_get.engine import Engine
    from flake8_celery_get.finding import Finding
    from flake8_celery_get.options import Options
    from flake8_celery_get.selection import Selection


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What a process has to know to check any file."""

    options: Options
    selection: Selection
    noqa: bool = True
    unused_noqa: bool = False

    def run(self, engine: Engine, path: str) -> FileReport:
        """Return one file's findings, or why there can't be any."""
        try:
            return FileReport(path, tuple(self._findings(engine, path)))
        except SourceError as error:
            if self.noqa and _is_silenced(path):
                return FileReport(path)
            return FileReport(path, error=str(error))
        except Exception as error:  # the other files shall still be checked
            return FileReport(path, (finding_for(path, error),))

    def _findings(self, engine: Engine, path: str) -> list[Finding]:
        found = engine.check(path)
        findings = [f for f in found if self.selection.has(f.code, f.path)]
        # Only a file with findings is worth a second look.
        if findings and self.noqa:
            findings = without_silenced(findings, read(path))
        if self.unused_noqa:
            findings += unused(path, read(path), found, self.selection)
        return findings


def _is_silenced(path: str) -> bool:
    try:
        return silences_file(read(path))
    except SourceError:
        return False
