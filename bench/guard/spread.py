"""Rows of values that were measured several times on a machine that others use too."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from bench.rows import Row, shown


def row(what: str, values: Sequence[float], unit: str, limit: float | None = None) -> Row:
    """Return the median, and name the lowest and the highest value beside it."""
    lowest, highest = (
        shown(value, unit).removesuffix(f" {unit}") for value in (min(values), max(values))
    )
    return Row(f"{what} ({lowest} to {highest})", median(values), unit, limit)
