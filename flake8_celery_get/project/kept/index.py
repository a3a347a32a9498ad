"""What a project keeps of its last run, and the check that what was kept is well-formed.

Anybody may have written the file: a checkout can bring it along. Whatever has another
shape than ours is refused as a whole.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from flake8_celery_get.project.records import Record, unpacked

BROKEN = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
"""What reading a cache raises that somebody else has written."""

Findings: TypeAlias = "dict[str, list[Any]]"

_CODE = re.compile(r"CEL[0-9]{3}\Z")
_NAME = re.compile(r"[a-z][a-z0-9-]*\Z")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}\Z")


@dataclass(slots=True)
class Index:
    """Records by path, the names that were searched for, and the findings of all files.

    ``beside`` has the files beside the code that the findings depend on, with their
    stamps; None for none. ``has_fixes``: fixes were made for the findings.
    """

    records: dict[str, Record] = field(default_factory=dict)
    searched: set[str] = field(default_factory=set)
    leads: dict[str, list[str]] = field(default_factory=dict)
    beside: dict[str, list[int]] | None = None
    findings: Findings | None = None
    has_fixes: bool = True

    def packed(self) -> dict[str, Any]:
        """The index as JSON-able data."""
        return {
            "files": {path: record.packed() for path, record in self.records.items()},
            "searched": sorted(self.searched),
            "leads": self.leads,
            "beside": self.beside,
            "findings": self.findings,
            "has_fixes": self.has_fixes,
        }


def index_of(stored: Mapping[str, Any], root: str) -> Index:
    """The index that was packed for a project. Raises what is in `BROKEN`."""
    below = os.path.join(root, "")
    searched = set(_texts(stored["searched"]))
    records = {}
    for path, packed in stored["files"].items():
        records[path] = record = unpacked(packed)
        _require(path.startswith(below) and searched.issuperset(record.mentions))
    return Index(
        records,
        searched,
        {_text(name): _texts(carriers) for name, carriers in stored["leads"].items()},
        _beside(stored["beside"]),
        _findings(stored["findings"], records),
        _boolean(stored["has_fixes"]),
    )


def _beside(stored: Any) -> dict[str, list[int]] | None:
    if stored is None:
        return None
    for size, time in stored.values():
        _require(type(size) is int and type(time) is int)
    return dict(stored)


def _findings(stored: Any, records: Mapping[str, Record]) -> Findings | None:
    if stored is None:
        return None
    for path, rows in stored.items():
        size = records[path].stamp[0]
        _require(rows)
        for row in _list(rows):
            _require_finding(row, size, records)
        places = [(row[0], row[1]) for row in rows]
        _require(places == sorted(places))
    return dict(stored)


def _require_finding(row: Any, size: int, records: Mapping[str, Record]) -> None:
    """Require what `analysis` makes of a finding in a file of so many bytes."""
    line, column, end_line, end_column, code, name, message, related, *rest = row
    mark, fix, covered_by = rest
    _require_span((line, column, end_line, end_column), size)
    _require(_CODE.match(code) and _NAME.match(name) and _FINGERPRINT.match(mark))
    _require(_text(message) != "")
    for path, step_line, step_column, step, suffers in _list(related):
        place = (step_line, step_column)
        _require_span((*place, *place), records[path].stamp[0])
        _text(step)
        _boolean(suffers)
    if covered_by is not None:
        other, path = covered_by
        _require(_CODE.match(other) and path in records)
    if fix is not None:
        description, is_safe, edits, others = fix
        _require(_text(description) and type(is_safe) is bool)
        _require_edits(edits, size)
        for path, theirs in _list(others):
            _require_edits(theirs, records[path].stamp[0])


def _require_edits(edits: Any, size: int) -> None:
    _require(edits)
    for *span, text in _list(edits):
        _require_span(span, size)
        _text(text)


def _require_span(span: Sequence[Any], size: int) -> None:
    line, column, end_line, end_column = span
    for number in span:
        _require(type(number) is int and 0 <= number <= size + 1)
    _require(0 < line <= end_line)
    _require(line < end_line or column <= end_column)


def _require(condition: object) -> None:
    if not condition:
        raise ValueError("not written by this version")


def _text(value: Any) -> str:
    _require(type(value) is str)
    return str(value)


def _list(value: Any) -> list[Any]:
    _require(type(value) is list)
    return list(value)


def _texts(value: Any) -> list[str]:
    return [_text(part) for part in _list(value)]


def _boolean(value: Any) -> bool:
    _require(type(value) is bool)
    return bool(value)
