"""The name that was probably meant, in place of one that there is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches

ALIKE = 0.6
"""The ratio of difflib from which a name is close, for a hint in an error."""

SLIP = 0.8
"""The ratio from which a name is so close that it is taken for a slip."""


def closest(name: str, known: Iterable[str], similar: float = ALIKE) -> str | None:
    """The known name that comes closest to a wrong one; None if none is close."""
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=similar)), None)


def did_you_mean(
    name: str | None, otherwise: str = "", shown: Callable[[str], str] = repr
) -> str:
    """The question for a name; what to say ``otherwise`` where no name is close.

    Both begin with a space: they follow a sentence.
    """
    return f" Did you mean {shown(name)}?" if name else otherwise
