"""What a project remembers of earlier runs: its index, and the facts of single files."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, suppress
from dataclasses import astuple, replace
from typing import TYPE_CHECKING, Any

from flake8_celery_get.project.kept.cache import Cache
from flake8_celery_get.project.kept.cache_files import CACHE_FOLDER
from flake8_celery_get.project.kept.edition import edition
from flake8_celery_get.project.kept.index import BROKEN, Index, index_of
from flake8_celery_get.project.kept.parsers import parsers
from flake8_celery_get.project.records import checksum

if TYPE_CHECKING:
    from flake8_celery_get.options import Options
    from flake8_celery_get.project.source_file import SourceFile


class Memory:
    """The cache of one project, under names and keys that tell what it depends on."""

    def __init__(self, root: str, options: Options) -> None:
        self._root = root
        self._options = options
        folder = options.cache_dir or os.path.join(root, CACHE_FOLDER)
        self._cache = Cache(os.path.abspath(folder) if options.cache else None)

    @property
    def refusal(self) -> str:
        """Why the cache folder that is there is left alone; empty where it is not."""
        return self._cache.refusal

    @property
    def was_read(self) -> bool:
        """Whether something that is known came from the folder."""
        return self._cache.was_read

    def locked(self) -> AbstractContextManager[bool]:
        """Keep other processes from doing the same work at the same time."""
        return self._cache.locked()

    def freeze(self) -> None:
        """Store nothing more: what is learnt from now on is not what the disk says."""
        self._cache.freeze()

    def distrust(self) -> None:
        """Neither load nor store anything more."""
        self._cache.close()
        self._cache.was_read = False

    def index(self) -> Index | None:
        """What the last run with the same key knew; None for nothing, or for another's."""
        stored = self._cache.load(self._index_name())
        try:
            return index_of(stored, self._root) if stored["key"] == self._key() else None
        except BROKEN:
            return None

    def store_index(self, index: Index) -> None:
        """Keep what the next run starts from."""
        self._cache.store(self._index_name(), {"key": self._key(), **index.packed()})

    def recall(self, source: SourceFile, sum_of_text: int) -> None:
        """Give a file the facts that were stored while it was the same."""
        stored = self._cache.load(_facts_name(source.path))
        with suppress(*BROKEN):
            if all(stored[name] == is_now for name, is_now in _of(source, sum_of_text)):
                source.recall(stored)

    def store_facts(self, source: SourceFile, sum_of_text: int) -> None:
        """Keep what was read of a file."""
        if not self._cache.keeps or not source.changed:
            return
        with suppress(RecursionError):  # too deep to be kept: read anew each time
            facts = {**dict(_of(source, sum_of_text)), **source.facts()}
            self._cache.store(_facts_name(source.path), facts)
        source.changed = False

    def _key(self) -> list[Any]:
        # What is known already changes what is reported, not what is found. Findings
        # with fixes are good for whoever doesn't want them.
        options = astuple(replace(self._options, baseline="", fixes=True, top=""))
        parts = [list(part) if isinstance(part, tuple) else part for part in options]
        return [edition(), *parsers(), self._root, parts]

    def _index_name(self) -> str:
        return f"index-{_short_hash(repr(self._key()))}.json"


def _of(source: SourceFile, sum_of_text: int) -> list[tuple[str, Any]]:
    """What facts are good for: nothing else may take them."""
    version = [edition(), *parsers()]
    return [("version", version), ("path", source.path), ("checksum", sum_of_text)]


def _facts_name(path: str) -> str:
    # Each parser has its own: two that take turns would overwrite each other's.
    return f"facts-{_short_hash(repr((path, *parsers())))}.json"


def _short_hash(text: str) -> str:
    """A name for a file of the cache; its content says whose it really is."""
    octets = text.encode("utf-8", "surrogatepass")
    return f"{checksum(octets):08x}{checksum(octets[::-1]):08x}"
