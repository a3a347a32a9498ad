"""The report for people: each finding with its line and the way to its cause."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from flake8_celery_get.cli.reports.snippet import snippet
from flake8_celery_get.cli.terminal.counting import counted
from flake8_celery_get.cli.terminal.paths import shown_path
from flake8_celery_get.printing.addresses import page_of
from flake8_celery_get.source.text import SourceError, read, split_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_celery_get.cli.results import Results
    from flake8_celery_get.cli.terminal.look import Look
    from flake8_celery_get.cli.terminal.paint import Paint
    from flake8_celery_get.finding import Finding, Related

MOST_SUFFERING = 3


def render(results: Results, look: Look) -> str:
    """Return all findings, a blank line after each, and a line that counts them."""
    _lines.cache_clear()  # an earlier report may have been about other content
    findings = [_finding(finding, results, look) for finding in results.findings]
    if look.quiet:
        return "\n".join(findings)
    end = f"{_summary(results)}\n{_fixable(results)}"
    return "\n".join([*findings, end]) + (_pages(results) if look.verbose else "")


def _finding(finding: Finding, results: Results, look: Look) -> str:
    paint = look.paint
    code = paint.code(finding.code, page_of(finding.code))
    mark = "[*] " if results.is_fixable(finding) else ""
    lines = [f"{_place(finding, paint)} {code} {mark}{finding.message}"]
    given = results.texts.get(finding.path)
    code_lines = _lines(finding.path) if given is None else split_lines(given)
    lines += _source(finding, code_lines, paint)
    shown, more = (finding.related, 0) if look.verbose else _few(finding.related)
    lines += [f"    {_place(step, paint)} {step.message}" for step in shown]
    lines += [f"    and {more} more"] if more else []
    return "".join(f"{line}\n" for line in lines)


def _few(related: Sequence[Related]) -> tuple[Sequence[Related], int]:
    """The steps to the cause with the first of those who suffer, and how many are left."""
    steps = [place for place in related if not place.suffers]
    suffering = [place for place in related if place.suffers]
    if len(suffering) <= MOST_SUFFERING + 1:  # a line that counts one is as long as the one
        return related, 0
    return steps + suffering[:MOST_SUFFERING], len(suffering) - MOST_SUFFERING


def _place(spot: Finding | Related, paint: Paint) -> str:
    return f"{paint.path(shown_path(spot.path))}:{spot.line}:{spot.column + 1}:"


def _source(finding: Finding, lines: list[str], paint: Paint) -> list[str]:
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
    parts = [f"{results.fixed} fixed"] if results.fixed else []
    if found:
        remaining = " remaining" if results.fixed else ""
        parts.append(f"{counted(found, 'finding')}{remaining} in {counted(files, 'file')}")
    elif results.checked or not results.errors:
        parts.append("no findings remaining" if results.fixed else "no findings")
    if results.errors:
        parts.append(counted(len(results.errors), "error"))
    known = ""
    if results.known:
        known = f", {counted(results.known, 'finding')} in the baseline"
    return f"{', '.join(parts)} ({counted(results.checked, 'file')} checked{known})"


def _pages(results: Results) -> str:
    """Return the address of the page of each rule that has findings."""
    rules = sorted({(finding.code, finding.name) for finding in results.findings})
    lines = (f"{code} {name}: {page_of(code)}\n" for code, name in rules)
    return "".join(["\n" if rules else "", *lines])


def _fixable(results: Results) -> str:
    """Return a line that says how many findings have a fix; empty where none has."""
    marked = sum(map(results.is_fixable, results.findings))
    more = sum(each.fix is not None for each in results.findings) - marked
    parts = [f"[*] {marked} fixable with --fix"] if marked else []
    if more:
        parts.append(f"{more} {'more' if marked else 'fixable'} with --fix --unsafe-fixes")
    return f"{', '.join(parts)}\n" if parts else ""
