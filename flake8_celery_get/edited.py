"""Fixes, applied to the text of a file: as many at once as don't touch each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from flake8_celery_get.finding import Edit, Fix
from flake8_celery_get.source.original import Original


def apart(fixes: Iterable[Fix]) -> list[Fix]:
    """Return the fixes that can be applied together; the others have to wait."""
    chosen: list[Fix] = []
    taken: list[Edit] = []
    for fix in sorted(fixes, key=lambda fix: min(fix.edits)):
        if not any(_touch(edit, other) for edit in fix.edits for other in taken):
            chosen.append(fix)
            taken += fix.edits
    return chosen


def _touch(one: Edit, other: Edit) -> bool:
    return _start(one) <= _end(other) and _start(other) <= _end(one)


def _start(edit: Edit) -> tuple[int, int]:
    return edit.line, edit.column


def _end(edit: Edit) -> tuple[int, int]:
    return edit.end_line, edit.end_column


def edited(before: Original, fixes: Iterable[Fix]) -> Original:
    """Apply fixes that are apart. New lines end as the one does that they follow."""
    edits = sorted(edit for fix in fixes for edit in fix.edits)
    text = "".join(_pieces(before, edits))
    return Original.of(text, before.encoding)


def _pieces(before: Original, edits: Sequence[Edit]) -> Iterator[str]:
    rows = [line + end for line, end in zip(before.lines, before.ends, strict=True)]
    starts = list(accumulate(map(len, rows), initial=0))
    text, at = "".join(rows), 0
    for edit in edits:
        yield text[at : starts[edit.line - 1] + edit.column]
        newline = before.ends[edit.line - 1] or before.ends[0] or "\n"
        yield edit.text.replace("\n", newline)
        at = starts[edit.end_line - 1] + edit.end_column
    yield text[at:]
