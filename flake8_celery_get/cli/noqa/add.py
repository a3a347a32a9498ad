"""``--add-noqa``: a comment for each finding, where flake8 and the command look for it."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from flake8_celery_get.cli.noqa.wording import commented, obstacle
from flake8_celery_get.cli.outcome import BROKEN, CLEAN, FOUND, Outcome
from flake8_celery_get.cli.results import INTERNAL_ERROR
from flake8_celery_get.cli.terminal.counting import counted
from flake8_celery_get.cli.terminal.paths import shown_path
from flake8_celery_get.files.one_name import chosen_names
from flake8_celery_get.files.written import write_source
from flake8_celery_get.noqa import by_line
from flake8_celery_get.source.original import original
from flake8_celery_get.source.text import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flake8_celery_get.cli.results import Results
    from flake8_celery_get.finding import Finding
    from flake8_celery_get.noqa import Stretch


def silenced(results: Results, *, quiet: bool = False) -> Outcome:
    """Write a comment for each finding, and tell how many are silent now."""
    findings = _by_file(results.findings)
    told, counts, is_broken = list[str](), list[int](), results.broken
    for path, group in groupby(findings, key=lambda finding: finding.path):
        of_file = list(group)
        try:
            refused = _silence_file(path, of_file)
        except (SourceError, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            told.append(f"cannot change {shown_path(path)}: {reason}")
            is_broken = is_broken or isinstance(error, OSError)
        else:
            told += refused
            counts.append(len(of_file) - len(refused))
    code = BROKEN if is_broken else FOUND if sum(counts) < len(findings) else CLEAN
    summary = "" if quiet else _summary([count for count in counts if count])
    return Outcome(code, summary, tuple(told))


def _by_file(findings: Sequence[Finding]) -> list[Finding]:
    """The findings in files, each once: a file can be checked under several names."""
    names = chosen_names({finding.path for finding in findings})
    found = [replace(each, path=names[each.path]) for each in findings]
    once = {(each.path, each.line, each.column, each.code): each for each in found}
    return sorted(each for each in once.values() if each.code != INTERNAL_ERROR)


def _silence_file(path: str, findings: Sequence[Finding]) -> list[str]:
    """Change one file; return why some findings are as loud as before, a line each.

    Raises SourceError or OSError for a file that can't be changed.
    """
    before = original(path)
    lines, refused = _silence(before.lines, findings)
    if lines != before.lines:
        write_source(path, before.octets(lines))
    return [
        f"{shown_path(path)}:{finding.line}: {finding.code} can't be suppressed: {reason}"
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
            refused += [(each, "the line is not there anymore") for each in here]
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
    files = counted(len(counts), "file")
    return f"{counted(sum(counts), 'finding')} suppressed in {files}\n"
