"""What is known of a file without opening it again, and how that is stored."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from flake8_celery_get.project.files import Stamp
from flake8_celery_get.source import words


@dataclass(slots=True)
class Record:
    """One file, as it was when its stamp was taken.

    ``celery``: it speaks of Celery at all. ``imports_celery``: it names the package.
    ``sends``: it can send a task or name its result. ``consulted``: findings depend on
    what it says. ``mentions`` are those of the searched names that its text holds.
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
    fault: str | None = None

    def packed(self) -> list[Any]:
        """The record as JSON-able data."""
        flags = (self.celery, self.imports_celery, self.sends, self.consulted)
        bits = sum(flag << place for place, flag in enumerate(flags))
        is_sound = self.fault == ""
        return [self.stamp, self.checksum, bits, self.mentions, is_sound]


def unpacked(stored: list[Any]) -> Record:
    """The record that ``packed`` was called on. Raises TypeError or ValueError."""
    (size, time), checksum, bits, mentions, is_sound = stored
    numbers = (size, time, checksum, bits)
    if any(type(number) is not int for number in numbers) or not _is_possible(*numbers):
        raise ValueError(numbers)
    if type(mentions) is not list or any(type(name) is not str for name in mentions):
        raise TypeError(mentions)
    if type(is_sound) is not bool:
        raise TypeError(is_sound)
    celery, imports_celery, sends, consulted = (
        bool(bits >> place & 1) for place in range(4)
    )
    return Record(
        (size, time),
        checksum,
        celery,
        imports_celery,
        sends,
        consulted,
        tuple(mentions),
        "" if is_sound else None,
    )


def _is_possible(size: int, _time: int, checksum: int, bits: int) -> bool:
    return size >= 0 and 0 <= checksum < 1 << 32 and 0 <= bits < 1 << 4


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
