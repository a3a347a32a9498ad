"""Which files hold a word: each text is taken apart once, however many names are looked for."""

from __future__ import annotations

import string
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set

from flake8_celery_get.source.words import encoded_names, mentioned, mentioned_in_bytes

_LETTERS = frozenset(f"{string.ascii_letters}{string.digits}_".encode())
_APART = bytes(byte if byte in _LETTERS else ord(" ") for byte in range(256))
"""For ``bytes.translate``: all but the letters of words in ASCII becomes a space."""


class WordIndex:
    """The words in ASCII of many files; other names, and files that changed, are searched."""

    def __init__(self, paths: Iterable[str], octets_of: Callable[[str], bytes]) -> None:
        self._octets_of = octets_of
        self._files: defaultdict[str, list[str]] = defaultdict(list)
        self._changed: set[str] = set()
        for path in paths:
            for word in set(octets_of(path).translate(_APART).decode("ascii").split()):
                self._files[word].append(path)

    def forget(self, path: str) -> None:
        """Look into the text of a file from now on: it is another one."""
        self._changed.add(path)

    def mentioning(
        self, names: Set[str], paths: Iterable[str]
    ) -> Iterator[tuple[str, set[str]]]:
        """Those of the files that hold some of ``names`` as whole words, each with these."""
        held = self._held({name for name in names if _is_plain(name)})
        others = encoded_names(name for name in names if not _is_plain(name))
        everything = encoded_names(names) if self._changed else []
        for path in paths:
            if path in self._changed:
                yield path, mentioned_in_bytes(self._octets_of(path), everything)
            elif others or path in held:
                found = self._sure(path, held.get(path, set()))
                yield path, found | mentioned_in_bytes(self._octets_of(path), others)

    def _held(self, names: Iterable[str]) -> dict[str, set[str]]:
        """By file, the names between whose letters and others nothing in ASCII stands."""
        held: dict[str, set[str]] = {}
        for name in names:
            for path in self._files.get(name, ()):
                held.setdefault(path, set()).add(name)
        return held

    def _sure(self, path: str, names: set[str]) -> set[str]:
        """Without those that are only a part of a word with letters that are not ASCII."""
        octets = self._octets_of(path)
        if octets.isascii():
            return names
        return mentioned(octets.decode("utf-8", "replace"), names)


def _is_plain(name: str) -> bool:
    return name.isascii() and name.isidentifier()
