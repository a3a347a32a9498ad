"""What somebody meant who typed a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message that names what is most like a word; empty for nothing."""
    names = sorted(known)
    beginning = [name for name in names if len(word) > 3 and name.startswith(word)]
    close = beginning or get_close_matches(word, names, n=1)
    return f"; did you mean {close[0]}?" if close else ""
