"""The report for people: each finding with its line and the way to its cause."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from flake8_celery_get.cli.paint import Paint, painter
from flake8_celery_get.cli.paths import shown_path
from flake8_celery_get.cli.snippet import snippet
from flake8_celery_get.source.text import SourceError, read, split_lines

if TYPE_CHECKING:
    from flake8_celery_get.cli.results import Results
    from flake8_celery_get.finding import Finding, Related


def render(results: Results) -> str:
    """Return all findings, a blank line after each, and a line that counts them."""
    paint = painter()
    findings = [_finding(finding, paint) for finding in results.findings]
    return "\n".join([*findings, _summary(results)]) + "\n"


def _finding(finding: Finding, paint: Paint) -> str:
    lines = [f"{_place(finding, paint)} {paint.code(finding.code)} {finding.message}"]
    lines += _source(finding, paint)
    lines += [f"    {_place(step, paint)} {step.message}" for step in finding.related]
    return "".join(f"{line}\n" for line in lines)


def _place(spot: Finding | Related, paint: Paint) -> str:
    return f"{paint.path(shown_path(spot.path))}:{spot.line}:{spot.column + 1}:"


def _source(finding: Finding, paint: Paint) -> list[str]:
    lines = _lines(finding.path)
    if not 0 < finding.line <= len(lines) or finding.end_column == finding.column == 0:
        return []
    line = lines[finding.line - 1]
    end = finding.end_column if finding.end_line == finding.line else len(line)
    code, carets = snippet(line, finding.column, end)
    number = str(finding.line)
    return [
        f"  {paint.gutter(f'{number} |')} {code}".rstrip(),
        f"  {paint.gutter(f'{chr(32) * len(number)} |')} {paint.caret(carets)}",
    ]


@functools.lru_cache(maxsize=16)
def _lines(path: str) -> list[str]:
    try:
        return split_lines(read(path))
    except SourceError:  # it may have gone since it was checked
        return []


def _summary(results: Results) -> str:
    found, files = len(results.findings), len({f.path for f in results.findings})
    counts = [f"{_count(found, 'finding')} in {_count(files, 'file')}"]
    if not found:
        counts = ["no findings"]
    if results.errors:
        counts.append(_count(len(results.errors), "error"))
    return f"{', '.join(counts)} ({results.files} checked)"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
