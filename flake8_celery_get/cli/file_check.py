"""What is done with each file, in whichever process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_celery_get.cli.noqa.unused import unused
from flake8_celery_get.cli.results import FileReport, finding_for
from flake8_celery_get.noqa import silences_file, without_silenced
from flake8_celery_get.printing.visible import visible
from flake8_celery_get.source.outline import parse
from flake8_celery_get.source.text import SourceError, read

if TYPE_CHECKING:
    from flake8_celery_get.choices.selection import Selection
    from flake8_celery_get.engine import Engine
    from flake8_celery_get.finding import Finding
    from flake8_celery_get.options import Options
    from flake8_celery_get.project.files import Stamp


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What a process has to know to check any file.

    ``covered``: also what another finding tells of is wanted.
    """

    options: Options
    selection: Selection
    noqa: bool = True
    unused_noqa: bool = False
    covered: bool = False

    def run(self, engine: Engine, path: str, text: str | None = None) -> FileReport:
        """Return one file's findings, or why there can't be any.

        ``text`` stands in for what the file holds.
        """
        report = self._report(engine, path, text)
        notes = tuple(f"no cache: {reason}" for reason in engine.refused_caches)
        return replace(report, notes=notes) if notes else report

    def _report(self, engine: Engine, path: str, text: str | None) -> FileReport:
        try:
            findings = tuple(self._findings(engine, path, text))
            return FileReport(path, findings, stamps=_stamps(engine, findings))
        except SourceError as error:
            if self.noqa and _is_silenced(path, text):
                return FileReport(path)
            return FileReport(path, error=visible(str(error)))
        except Exception as error:  # the other files shall still be checked
            return FileReport(path, (finding_for(path, error),))

    def _findings(self, engine: Engine, path: str, text: str | None) -> list[Finding]:
        if text is not None:
            parse(text)
        found = engine.check(path, text, self._is_reported)
        findings = [f for f in found if self.selection.has(f.code, f.path)]
        # Only a file with findings is worth a second look.
        if text is None and (findings or self.unused_noqa):
            text = read(path)
        if text is not None and self.noqa:
            findings = without_silenced(findings, text)
        if text is not None and self.unused_noqa:
            findings += unused(path, text, found, self.selection)
        return findings

    def _is_reported(self, code: str, path: str) -> bool:
        return not self.covered and self.selection.has(code, path)


def _stamps(engine: Engine, findings: tuple[Finding, ...]) -> tuple[tuple[str, Stamp], ...]:
    """Only files that may be fixed are looked at once more."""
    fixable = {
        path: None
        for finding in findings
        if finding.fix is not None
        for path in finding.fix.by_file(finding.path)
    }
    stamps = ((path, engine.stamp(path)) for path in fixable)
    return tuple((path, stamp) for path, stamp in stamps if stamp is not None)


def _is_silenced(path: str, text: str | None) -> bool:
    try:
        return silences_file(read(path) if text is None else text)
    except SourceError:
        return False
