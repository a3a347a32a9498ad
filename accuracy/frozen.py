"""What the linter said of code that nobody had looked at, as it was at that time.

Half of the repositories that came last were read with a linter that was not changed meanwhile.
``frozen.tsv`` keeps what it found and missed there. Later runs don't change it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accuracy.verdicts import HERE, Site, rows_of, site_of

FROZEN = HERE / "frozen.tsv"
NO_SITE = "no site"
"""The outcome of a corpus that holds no site, and where nothing was reported."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What became of one site: ``right``, ``missed`` or ``false positive``."""

    corpus: str
    site: Site
    outcome: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How often findings were right, and how many sites were found."""

    right: int
    missed: int
    false_positives: int

    @property
    def recall(self) -> float:
        """The share of the sites that was found."""
        return _share(self.right, self.missed)

    @property
    def precision(self) -> float:
        """The share of the findings that was right."""
        return _share(self.right, self.false_positives)


def frozen_corpora() -> list[str]:
    """Return the corpora of the half that was read with a frozen linter."""
    return sorted({row["corpus"] for row in rows_of(FROZEN)})


def frozen_sites() -> list[Frozen]:
    """Return what was found and missed then."""
    return [
        Frozen(row["corpus"], site_of(row), row["outcome"])
        for row in rows_of(FROZEN)
        if row["outcome"] != NO_SITE
    ]


def figures_of(outcomes: Iterable[str]) -> Figures:
    """Count outcomes of sites."""
    listed = list(outcomes)
    return Figures(*map(listed.count, ("right", "missed", "false positive")))


def _share(part: int, rest: int) -> float:
    return part / (part + rest) if part + rest else 1.0
