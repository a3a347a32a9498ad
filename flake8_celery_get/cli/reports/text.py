"""The report for people: each finding with its line and the way to its cause."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from flake8_celery_get.cli.paint import Paint, painter
from flake8_celery_get.cli.paths import shown_path
from flake8_celery_get.cli.reports.snippet import snippet
from flake8_celery_get.source.text import SourceError, read, split_lines

if TYPE_CHECKING:
    from flake8_celery_get.cli.results import Results
    from flake8_celery_get.finding import Finding, Related

MOST_SUFFERING = 3


def render(results: Results) -> str:
    """Return all findings, a blank line after each, and a line that counts them."""
    paint = painter()
    findings = [
        _finding(finding, paint, "[*] " if results.is_fixable(finding) else "")
        for finding in results.findings
    ]
    return "\n".join([*findings, _summary(results)]) + "\n" + _fixable(results)


def _finding(finding: Finding, paint: Paint, mark: str) -> str:
    code = paint.code(finding.code)
    lines = [f"{_place(finding, paint)} {code} {mark}{finding.message}"]
    lines += _source(finding, paint)
    shown, more = _few(finding.related)
    lines += [f"    {_place(step, paint)} {step.message}" for step in shown]
    lines += [f"    and {more} more"] if more else []
    return "".join(f"{line}\n" for line in lines)


def _few(related: tuple[Related, ...]) -> tuple[list[Related], int]:
    """The steps to the cause with the first of those who suffer, and how many are left."""
    steps = [place for place in related if not place.suffers]
    suffering = [place for place in related if place.suffers]
    if len(suffering) <= MOST_SUFFERING + 1:  # a line that counts one is as long as the one
        return list(related), 0
    return steps + suffering[:MOST_SUFFERING], len(suffering) - MOST_SUFFERING


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
    if results.fixed is not None:
        total = _count(found + results.fixed, "finding")
        counts = [f"found {total} ({results.fixed} fixed, {found} remaining)"]
    if results.errors:
        counts.append(_count(len(results.errors), "error"))
    known = f", {results.known} known" if results.known else ""
    return f"{', '.join(counts)} ({results.files} checked{known})"


def _fixable(results: Results) -> str:
    """Return a line that says how many findings have a fix; empty where none has."""
    marked = sum(map(results.is_fixable, results.findings))
    more = sum(each.fix is not None for each in results.findings) - marked
    parts = [f"[*] {marked} fixable with --fix"] if marked else []
    if more:
        parts.append(f"{more} {'more' if marked else 'fixable'} with --fix --unsafe-fixes")
    return f"{', '.join(parts)}\n" if parts else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
