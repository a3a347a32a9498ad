"""What a reader found in each corpus, and where the linter is known to differ."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
NOTHING = "-"
UNREAD = ("CEL8", "CEL9")
"""What the codes start with of the rules whose places nobody has read yet: off by default."""


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """One line of a corpus and the code that stands, or should stand, there."""

    path: str
    line: int
    code: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reader says about one line; the code ``"-"`` stands for no finding."""

    site: Site
    note: str


@dataclass(frozen=True, slots=True)
class Known:
    """A difference between reader and linter that was looked into."""

    corpus: str
    site: Site
    kind: str
    reason: str


def verdicts_of(corpus: str) -> list[Verdict]:
    """Return the verdicts on ``corpus``."""
    rows = rows_of(HERE / "verdicts" / f"{corpus}.tsv")
    return [Verdict(site_of(row), row["note"]) for row in rows]


def known_differences(corpus: str) -> list[Known]:
    """Return the differences recorded for ``corpus``: ``missed`` or ``false positive``."""
    rows = rows_of(HERE / "known.tsv")
    return [
        Known(corpus, site_of(row), row["kind"], row["reason"])
        for row in rows
        if row["corpus"] == corpus
    ]


def rows_of(file: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table, by the names of its columns."""
    with file.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, delimiter="\t")


def site_of(row: dict[str, str]) -> Site:
    """Return the place that a row is about."""
    return Site(row["path"], int(row["line"]), row["code"])
