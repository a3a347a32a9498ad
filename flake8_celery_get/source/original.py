"""A source file as it lies on disk, to be changed in places and written back.

What is not changed keeps every byte: line ends, encoding, byte order mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flake8_celery_get.source.text import SourceError, decode_exactly, load

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Original:
    """The lines, each as long as it has no end of its own, and how they become bytes.

    ``lines[0]`` is line 1 of the text that `flake8_celery_get.source.text.read` returns.
    """

    lines: tuple[str, ...]
    ends: tuple[str, ...]
    encoding: str

    @classmethod
    def of(cls, text: str, encoding: str) -> Original:
        """Take a text apart that has all the line ends of its file."""
        pairs = [match.groups() for match in _LINE.finditer(text) if match[0]]
        return cls(tuple(p[0] for p in pairs), tuple(p[1] for p in pairs), encoding)

    @property
    def text(self) -> str:
        """What `flake8_celery_get.source.text.read` returns for the file."""
        rows = zip(self.lines, self.ends, strict=True)
        return "".join(line + ("\n" if end else "") for line, end in rows)

    def octets(self, lines: tuple[str, ...] = ()) -> bytes:
        """Return what a file with these lines holds, by default with its own."""
        written = zip(lines or self.lines, self.ends, strict=True)
        return "".join(line + end for line, end in written).encode(self.encoding)


def original(path: str) -> Original:
    """Read a file. Raises `SourceError`, also where it could not be written back."""
    return original_of(load(path))


def original_of(octets: bytes) -> Original:
    """Take these bytes for a file. Raises `SourceError` as `original` does."""
    text, encoding = decode_exactly(octets)
    made = Original.of(text, encoding)
    if made.octets() != octets:
        raise SourceError(f"is not written in {encoding} as Python would write it")
    return made
