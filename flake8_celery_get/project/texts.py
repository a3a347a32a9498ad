"""What each file holds: on disk, or in an editor that has not saved it yet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Set

from flake8_celery_get.project.word_index import WordIndex
from flake8_celery_get.source.regular import octets_of
from flake8_celery_get.source.words import encoded, encoded_names, mentioned_in_bytes

FEW_NAMES = 30
"""Looking for so many names costs less than taking all texts apart."""


class Texts:
    """The bytes of the files that were asked for, each read once."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}
        """The texts that stand in for what the disk holds."""
        self.read: dict[str, bytes] = {}
        """The bytes that are still in memory."""
        self._names_looked_for = 0
        self._index: WordIndex | None = None

    def octets(self, path: str) -> bytes:
        """All bytes of a file; none where it can't be read."""
        octets = self.read.get(path)
        if octets is None:
            text = self.given.get(path)
            octets = read_bytes(path) or b"" if text is None else encoded(text)
            self.read[path] = octets
        return octets

    def holds(self, path: str, word: bytes | re.Pattern[bytes]) -> bool:
        """Whether a word or a pattern is found in a file."""
        octets = self.octets(path)
        return word in octets if isinstance(word, bytes) else bool(word.search(octets))

    def mentioning(
        self, names: Set[str], paths: Collection[str]
    ) -> Iterator[tuple[str, set[str]]]:
        """The files among ``paths``, all that there are, that hold names as whole words."""
        self._names_looked_for += len(names)
        if self._index is None and self._names_looked_for > FEW_NAMES:
            self._index = WordIndex(paths, self.octets)
        if self._index is not None:
            return self._index.mentioning(names, paths)
        wanted = encoded_names(names)
        return ((path, mentioned_in_bytes(self.octets(path), wanted)) for path in paths)

    def give(self, path: str, text: str | None) -> None:
        """Take ``text`` for what a file holds; None: the file is gone."""
        self.forget(path)
        if text is None:
            self.given.pop(path, None)
        else:
            self.given[path] = text

    def forget(self, path: str) -> None:
        """Read a file again when it is asked for."""
        self.read.pop(path, None)
        if self._index is not None:
            self._index.forget(path)


def read_bytes(path: str) -> bytes | None:
    """The bytes of a regular file; None where it can't be read."""
    try:
        return octets_of(path)
    except (OSError, MemoryError):
        return None
