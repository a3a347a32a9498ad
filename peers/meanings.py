"""Which rules of which tools mean the same.

A rule of a peer stands here only if a finding of it and one of ours ask for the same change.
mypy has no rules for Celery: its errors are named after the part of Celery that they are about
(`peers.tools.stubs`).
"""

from __future__ import annotations

from dataclasses import dataclass

OURS = "celery-guard"
AUDIT = "celery-audit"
PIE = "flake8-pie"
STUBS = "mypy with celery-types"

BY_STATEMENT, BY_FILE, BY_PROJECT = "statement", "file", "project"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One of our rules and its counterparts.

    Findings are compared statement by statement, unless the tools report the same thing at
    places of their own: a module that nobody imports ``BY_FILE``, a setting that nobody sets
    ``BY_PROJECT``.
    """

    code: str
    audit: tuple[str, ...] = ()
    pie: tuple[str, ...] = ()
    stubs: tuple[str, ...] = ()
    by: str = BY_STATEMENT

    def codes(self) -> dict[str, tuple[str, ...]]:
        """Return the codes of each tool that has any, ours first."""
        named = {OURS: (self.code,), AUDIT: self.audit, PIE: self.pie, STUBS: self.stubs}
        return {tool: codes for tool, codes in named.items() if codes}


MEANINGS = (
    Meaning("CEL201", audit=("CEL025",), by=BY_PROJECT),
    Meaning("CEL306", stubs=("result",)),
    Meaning("CEL401", audit=("CEL011",), by=BY_PROJECT),
    Meaning("CEL504", stubs=("task option",)),
    Meaning("CEL510", audit=("CEL005", "CEL006")),
    Meaning("CEL601", stubs=("task argument",)),
    Meaning("CEL603", audit=("CEL022",)),
    Meaning("CEL606", pie=("PIE784",)),
    Meaning("CEL608", audit=("CEL013", "CEL017")),
    Meaning("CEL611", audit=("CEL014", "CEL021")),
    Meaning("CEL612", stubs=("option of delay",)),
    Meaning("CEL613", stubs=("send option",)),
    Meaning("CEL702", audit=("CEL016",), by=BY_FILE),
    Meaning("CEL703", audit=("CEL020",)),
    Meaning("CEL704", audit=("CEL012",), by=BY_PROJECT),
    Meaning("CEL901", audit=("CEL015",), pie=("PIE783",)),
    Meaning("CEL902", pie=("PIE785",)),
    Meaning("CEL906", audit=("CEL001", "CEL002"), by=BY_PROJECT),
    Meaning("CEL907", audit=("CEL003",)),
    Meaning("CEL908", audit=("CEL004",), by=BY_PROJECT),
    Meaning("CEL909", audit=("CEL008", "CEL009")),
    Meaning("CEL910", audit=("CEL010",)),
    Meaning("CEL911", audit=("CEL007",), by=BY_PROJECT),
    Meaning("CEL912", audit=("CEL023",), by=BY_PROJECT),
    Meaning("CEL913", audit=("CEL018",)),
    Meaning("CEL914", audit=("CEL026",)),
)
