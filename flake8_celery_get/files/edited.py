"""Fixes, applied to the text of a file: as many at once as don't touch each other."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from flake8_celery_get.finding import Edit, Fix
from flake8_celery_get.source.original import Original


def apart(fixes: Iterable[Fix]) -> list[Fix]:
    """Return the fixes that can be applied together; the others have to wait."""
    chosen: list[Fix] = []
    taken: list[Edit] = []
    for fix in sorted(fixes, key=lambda fix: min(fix.edits)):
        if not any(_touch(e, other) for e in fix.edits for other in _beside(e, taken)):
            chosen.append(fix)
            for edit in fix.edits:
                insort(taken, edit)
    return chosen


def _beside(edit: Edit, taken: list[Edit]) -> list[Edit]:
    """Those that an edit can touch: of sorted ones that don't overlap, the two around it."""
    place = bisect_left(taken, edit)
    return taken[max(place - 1, 0) : place + 1]


def _touch(one: Edit, other: Edit) -> bool:
    return _start(one) <= _end(other) and _start(other) <= _end(one)


def _start(edit: Edit) -> tuple[int, int]:
    return edit.line, edit.column


def _end(edit: Edit) -> tuple[int, int]:
    return edit.end_line, edit.end_column


def fits(fix: Fix, text: Original) -> bool:
    """Tell whether all edits of a fix lie inside a text: a cache can be forged."""
    return all(
        _is_point(text, *_start(edit))
        and _is_point(text, *_end(edit))
        and _start(edit) <= _end(edit)
        for edit in fix.edits
    )


def _is_point(text: Original, line: int, column: int) -> bool:
    return 1 <= line <= len(text.lines) and 0 <= column <= len(text.lines[line - 1])


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
