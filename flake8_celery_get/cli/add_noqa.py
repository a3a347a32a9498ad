"""``--add-noqa``: a comment for each finding, where flake8 and the command look for it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from flake8_celery_get.cli.noqa import by_line
from flake8_celery_get.cli.noqa_comment import commented, obstacle
from flake8_celery_get.cli.outcome import BROKEN, CLEAN, FOUND, Outcome
from flake8_celery_get.cli.paths import shown_path
from flake8_celery_get.cli.results import INTERNAL_ERROR
from flake8_celery_get.source.original import original
from flake8_celery_get.source.text import SourceError
from flake8_celery_get.written import write_octets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flake8_celery_get.cli.noqa import Stretch
    from flake8_celery_get.cli.results import Results
    from flake8_celery_get.finding import Finding


def silenced(results: Results, complaints: Sequence[str]) -> Outcome:
    """Write a comment for each finding, and tell how many are silent now."""
    findings = [each for each in results.findings if each.code != INTERNAL_ERROR]
    told, counts = list(complaints), []
    for path, group in groupby(findings, key=lambda finding: finding.path):
        of_file = list(group)
        refused, reasons = _silence_file(path, of_file)
        counts.append(len(of_file) - refused)
        told += reasons
    code = BROKEN if results.broken else FOUND if sum(counts) < len(findings) else CLEAN
    return Outcome(code, _summary([count for count in counts if count]), tuple(told))


def _silence_file(path: str, findings: Sequence[Finding]) -> tuple[int, list[str]]:
    """Change one file; return how many findings are as loud as before, and why."""
    try:
        before = original(path)
        lines, refused = _silence(before.lines, findings)
        if lines != before.lines:
            write_octets(path, before.octets(lines))
    except (SourceError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return len(findings), [f"cannot change {shown_path(path)}: {reason}"]
    return len(refused), [
        f"{shown_path(path)}:{finding.line}: {finding.code} can't be silenced: {reason}"
        for finding, reason in refused
    ]


def _silence(
    lines: tuple[str, ...], findings: Iterable[Finding]
) -> tuple[tuple[str, ...], list[tuple[Finding, str]]]:
    """Return the lines with comments, and the findings that no comment can silence."""
    after, refused = list(lines), []
    for stretch, here in _by_stretch(lines, findings).items():
        codes = [each.code for each in here]
        if stretch is None:
            refused += [(each, "the line is not there any more") for each in here]
        elif reason := obstacle(stretch, codes):
            refused += [(each, reason) for each in here]
        else:
            after[stretch.last - 1] = commented(stretch, codes)
    return tuple(after), refused


def _by_stretch(
    lines: Iterable[str], findings: Iterable[Finding]
) -> dict[Stretch | None, list[Finding]]:
    at = by_line("".join(f"{line}\n" for line in lines))
    found: dict[Stretch | None, list[Finding]] = {}
    for finding in findings:
        found.setdefault(at.get(finding.line), []).append(finding)
    return found


def _summary(counts: Sequence[int]) -> str:
    findings, files = sum(counts), len(counts)
    plural = "" if findings == 1 else "s"
    return (
        f"{findings} finding{plural} silenced in {files} file{'' if files == 1 else 's'}\n"
    )
