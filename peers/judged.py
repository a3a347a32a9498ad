"""What a reader says of reports that the verdicts of ``accuracy`` don't cover.

``judged.tsv`` has a row for each place that any tool reported and that was read for this
comparison: rules that are off by default, and reports of peers that ours does not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from accuracy.verdicts import Site, rows_of, site_of

JUDGED = Path(__file__).with_name("judged.tsv")
RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Judged:
    """One place under one of our codes, and whether a report of it is right."""

    site: Site
    right: bool


def judged(corpus: str) -> list[Judged]:
    """Return what was judged in a corpus."""
    return [
        Judged(site_of(row), row["verdict"] == RIGHT)
        for row in rows_of(JUDGED)
        if row["corpus"] == corpus
    ]
