"""Text that is safe to print: one line, and nothing in it that a reader can't see."""

from __future__ import annotations

FIRST_BYTE, LAST_BYTE = "\udc80", "\udcff"
"""What Python's ``surrogateescape`` makes of bytes that can't be decoded."""


def visible(text: str) -> str:
    r"""Return the text with unprintable characters escaped: ``\x1b``, ``\n``, ``\u2028``.

    Control characters could move the cursor, line breaks forge a line of the report, and
    bidirectional marks reorder it. A byte that can't be decoded becomes ``\xff``.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escaped(each) for each in text)


def encodable(text: str) -> str:
    """Return the text with lone surrogates escaped, which no encoding can hold."""
    if text.isascii():
        return text
    return "".join(_escaped(each) if _is_surrogate(each) else each for each in text)


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _escaped(character: str) -> str:
    if FIRST_BYTE <= character <= LAST_BYTE:
        return f"\\x{ord(character) & 0xFF:02x}"
    return character.encode("unicode_escape").decode("ascii")
