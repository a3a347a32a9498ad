"""How a second run of a task was no repetition of the first."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import ndiff
from pprint import pformat

SHORT = 60
"""In characters: two values that are no longer stand in one line."""


def no_repetition(call: str, differences: Sequence[str]) -> str:
    """The failure: what was delivered twice, what differs, and what the task must do."""
    return "\n".join(
        [
            f"{call} is not idempotent. It was delivered twice, and the second run differs:",
            *(f"  {line}" for line in differences),
            "A broker may deliver any message twice. Let the task detect that its work is done,",
            "by a key that both runs share, and then do nothing.",
        ]
    )


def changed(what: str, first: object, second: object) -> list[str]:
    """Two values, side by side or line by line; lines of both alike are left out."""
    one, other = repr(first), repr(second)
    if len(one) <= SHORT and len(other) <= SHORT:
        return [f"{what} {one}, then {other}"]
    lines = ndiff(pformat(first).splitlines(), pformat(second).splitlines())
    return [f"{what}:", *(f"  {each}" for each in lines if each[0] in "+-")]
