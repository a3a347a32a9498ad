"""Which parts of celery-guard report which codes."""

from __future__ import annotations

LINTER = "the linter"
PLUGIN = "the pytest plugin"
COMMAND = "celery-guard check"

OF_COMMAND = frozenset({"CEL000", "CEL001"})
OF_PLUGIN = frozenset(
    {
        "CEL101",
        "CEL102",
        "CEL103",
        "CEL105",
        "CEL106",
        "CEL202",
        "CEL203",
        "CEL204",
        "CEL205",
        "CEL601",
        "CEL602",
        "CEL603",
        "CEL607",
        "CEL608",
        "CEL611",
    }
)
"""What the pytest plugin can find; it may not be imported here, so a test compares them."""


def sides_of(code: str, *, has_rule: bool) -> tuple[str, ...]:
    """The parts that report a code."""
    if code in OF_COMMAND:
        return (COMMAND,)
    linter = (LINTER,) if has_rule else ()
    return (*linter, PLUGIN) if code in OF_PLUGIN else linter
