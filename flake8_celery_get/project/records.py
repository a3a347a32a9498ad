"""What is known of a file without opening it again, and how that is stored."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flake8_celery_get.project.files import Stamp
from flake8_celery_get.source import words

_TYPES = [int, int, int, int, list, bool, dict]
"""Of what is stored: size, time, checksum, flags, mentions, whether it is sound, what it holds."""


@dataclass(slots=True)
class Record:
    """One file, as it was when its stamp was taken.

    ``celery``: it speaks of Celery at all. ``imports_celery``: it names the package.
    ``sends``: it can send a task or name its result. ``consulted``: findings depend on
    what it says. ``mentions`` are those of the searched names that its text holds.
    ``held`` says which patterns are found in it, by `pattern_key`.
    ``fault`` says what keeps Python from reading it; None: nobody has asked. Only that
    there is none is stored: rights and memory change, and a forger could hide a file.
    """

    stamp: Stamp
    checksum: int
    celery: bool = False
    imports_celery: bool = False
    sends: bool = False
    consulted: bool = False
    mentions: tuple[str, ...] = ()
    held: dict[str, bool] = field(default_factory=dict)
    fault: str | None = None

    def packed(self) -> list[Any]:
        """The record as JSON-able data."""
        flags = (self.celery, self.imports_celery, self.sends, self.consulted)
        bits = sum(flag << place for place, flag in enumerate(flags))
        is_sound = self.fault == ""
        return [self.stamp, self.checksum, bits, self.mentions, is_sound, self.held]


def unpacked(stored: list[Any]) -> Record:
    """The record that ``packed`` was called on. Raises TypeError or ValueError."""
    (size, time), checksum, bits, mentions, is_sound, held = stored
    if [type(part) for part in (size, time, *stored[1:])] != _TYPES:
        raise TypeError(stored)
    if not (size >= 0 and 0 <= checksum < 1 << 32 and 0 <= bits < 1 << 4):
        raise ValueError(stored)
    if mentions and set(map(type, mentions)) != {str}:
        raise TypeError(mentions)
    if held and (set(map(type, held)) != {str} or set(map(type, held.values())) != {bool}):
        raise TypeError(held)
    return Record(
        (size, time),
        checksum,
        celery=bool(bits & 1),
        imports_celery=bool(bits & 2),
        sends=bool(bits & 4),
        consulted=bool(bits & 8),
        mentions=tuple(mentions),
        held=held,
        fault="" if is_sound else None,
    )


def record_of(octets: bytes, stamp: Stamp, searched: list[tuple[str, bytes]]) -> Record:
    """A fresh record of a file's bytes."""
    return Record(
        stamp,
        checksum(octets),
        celery=words.speaks_of_celery(octets),
        imports_celery=b"celery" in octets,
        sends=words.sends(octets),
        mentions=tuple(sorted(words.mentioned_in_bytes(octets, searched))),
    )


def checksum(octets: bytes) -> int:
    """What tells a file's content from another's, quickly."""
    return zlib.crc32(octets)


@cache
def pattern_key(pattern: bytes | re.Pattern[bytes]) -> str:
    """A short name for what is looked for in bytes."""
    # Imported here: it loads OpenSSL, which a run without such questions need not.
    from hashlib import blake2b

    text = (
        pattern if isinstance(pattern, bytes) else b"%d:" % pattern.flags + pattern.pattern
    )
    return blake2b(text, digest_size=6).hexdigest()
