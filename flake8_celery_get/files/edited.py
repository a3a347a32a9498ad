"""Fixes, applied to the texts of files: as many at once as don't touch each other."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TypeAlias

from flake8_celery_get.finding import Edit
from flake8_celery_get.source.original import Original

Change: TypeAlias = Mapping[str, Sequence[Edit]]
"""What one fix does to each file: all of it, or nothing."""


def apart(changes: Iterable[Change]) -> list[Change]:
    """Return the changes that can be made together; the others have to wait."""
    chosen: list[Change] = []
    taken: dict[str, list[Edit]] = {}
    for change in sorted(changes, key=_first):
        placed = [(path, edit) for path, edits in change.items() for edit in edits]
        if not any(_is_taken(edit, taken.get(path, [])) for path, edit in placed):
            chosen.append(change)
            for path, edit in placed:
                insort(taken.setdefault(path, []), edit)
    return chosen


def _first(change: Change) -> tuple[str, Edit]:
    return min((path, min(edits)) for path, edits in change.items())


def _is_taken(edit: Edit, taken: list[Edit]) -> bool:
    return any(_touch(edit, other) for other in _beside(edit, taken))


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


def fits(edits: Iterable[Edit], text: Original) -> bool:
    """Tell whether all edits lie inside a text: a cache can be forged."""
    return all(
        _is_point(text, *_start(edit))
        and _is_point(text, *_end(edit))
        and _start(edit) <= _end(edit)
        for edit in edits
    )


def _is_point(text: Original, line: int, column: int) -> bool:
    return 1 <= line <= len(text.lines) and 0 <= column <= len(text.lines[line - 1])


def edited(before: Original, edits: Iterable[Edit]) -> Original:
    """Make edits that are apart. New lines end as the one does that they follow."""
    text = "".join(_pieces(before, sorted(edits)))
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
