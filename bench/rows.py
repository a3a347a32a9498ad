"""What was measured, beside what it should be: the rows of every table."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = ("what", "measured", "target", "verdict")


@dataclass(frozen=True, slots=True)
class Row:
    """One measured value; met when it is at most ``limit``."""

    what: str
    value: float
    unit: str = ""
    limit: float | None = None

    @property
    def verdict(self) -> str:
        """``met``, ``missed``, or nothing where there is no target."""
        if self.limit is None:
            return ""
        return "met" if self.value <= self.limit else "missed"

    def cells(self) -> tuple[str, str, str, str]:
        """Return the row as text, in the order of `HEAD`."""
        target = "" if self.limit is None else f"≤ {shown(self.limit, self.unit)}"
        return self.what, shown(self.value, self.unit), target, self.verdict


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one section; ``note`` says how they came about, in one sentence.

    ``package`` is the one that was measured.
    """

    section: str
    corpora: tuple[str, ...]
    note: str
    rows: tuple[Row, ...]
    package: str = "flake8_celery_get"


def shown(value: float, unit: str) -> str:
    """Return a number with three digits that matter, and its unit."""
    if unit == "":
        return f"{value:,.0f}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def as_text(table: Table) -> str:
    """Return the table for a terminal."""
    lines = [HEAD, *(row.cells() for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    body = "\n".join(
        f"  {what:<{widths[0]}}  {value:>{widths[1]}}  {target:>{widths[2]}}  {verdict}".rstrip()
        for what, value, target, verdict in lines
    )
    return f"{table.section}: {table.note}\n{body}\n"


def as_markdown(table: Table) -> str:
    """Return the table for the documentation."""
    rows = [
        "| " + " | ".join(cells) + " |"
        for cells in (HEAD, *(r.cells() for r in table.rows))
    ]
    return "\n".join([table.note, "", rows[0], "| --- | ---: | ---: | --- |", *rows[1:]])
