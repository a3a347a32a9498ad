"""Later samples of unseen code: each was read with the linter frozen, and what it found then.

``samples.tsv`` names the repositories of each sample, ``then.tsv`` has the outcomes by rule.
"""

from __future__ import annotations

from accuracy.frozen import Figures
from accuracy.verdicts import HERE, rows_of


def samples() -> dict[str, frozenset[str]]:
    """Return the corpora of each sample."""
    found: dict[str, set[str]] = {}
    for row in rows_of(HERE / "samples.tsv"):
        found.setdefault(row["sample"], set()).add(row["corpus"])
    return {name: frozenset(corpora) for name, corpora in found.items()}


def then_of(sample: str) -> dict[str, Figures]:
    """Return what was found and missed then, by rule; nothing for a sample without a table."""
    return {
        row["code"]: Figures(
            *(int(row[name]) for name in ("right", "missed", "false positives"))
        )
        for row in rows_of(HERE / "then.tsv")
        if row["sample"] == sample
    }
