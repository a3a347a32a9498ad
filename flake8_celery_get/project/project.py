"""All files of a project: which speak of Celery, which mention a name, what changed."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Any

from flake8_celery_get import __version__
from flake8_celery_get.options import Options
from flake8_celery_get.project.cache import Cache
from flake8_celery_get.project.files import Stamp, package_top, python_files
from flake8_celery_get.project.modules import Modules
from flake8_celery_get.project.source_file import SourceFile
from flake8_celery_get.source import words

CACHE_FOLDER = ".celery_guard_cache"


@dataclass(slots=True)
class Record:
    """What is known of a file without opening it again.

    ``mentions`` are those of the project's searched names that its text holds;
    ``sends`` is true where it can send a task or name a result, ``celery`` where
    it speaks of Celery at all, ``consulted`` when findings depend on what the file says.
    """

    stamp: Stamp
    checksum: int
    celery: bool = False
    imports_celery: bool = False
    sends: bool = False
    mentions: tuple[str, ...] = ()
    consulted: bool = False

    @property
    def matters(self) -> bool:
        """Whether a change of this file can change any finding."""
        return self.celery or self.consulted or bool(self.mentions)


class Project:
    """The files below one root, as they are now, with what earlier runs remember."""

    def __init__(self, root: str, options: Options) -> None:
        self.root = root
        self.options = options
        folder = options.cache_dir or os.path.join(root, CACHE_FOLDER)
        self._cache = Cache(os.path.abspath(folder) if options.cache else None)
        self.records: dict[str, Record] = {}
        self.searched: set[str] = set()
        self.findings: dict[str, Any] | None = None
        self._sources: dict[str, SourceFile] = {}
        self._texts: dict[str, str] = {}
        self._bytes: dict[str, bytes] = {}
        self._stale = False

    def open(self) -> None:
        """Learn which files there are and what has changed since the last run."""
        if self._texts:
            return
        self._load_index()
        self._refresh(python_files(self.root))

    def overlay(self, path: str, text: str) -> None:
        """Take ``text`` for the content of ``path``, and keep nothing on disk from now on."""
        self._cache = Cache(None)
        self._texts[path] = text
        self._sources.pop(path, None)
        self._note(path, (0, 0), text.encode("utf-8", "surrogatepass"))
        self.__dict__.pop("modules", None)
        self.findings = None

    def holds(self, path: str, text: str | None) -> bool:
        """Whether ``path`` is one of the files, with just this text."""
        record = self.records.get(path)
        if record is None or text is None:
            return record is not None
        return record.checksum == _checksum(text.encode("utf-8", "surrogatepass")) or (
            # Newlines and encoding are not the same on disk: compare what they mean.
            self.source(path).text == text
        )

    @cached_property
    def modules(self) -> Modules:
        """Which file an import means."""
        return Modules(self.root, self.options.roots, self.records)

    def source(self, path: str) -> SourceFile:
        """The file, with the facts that were stored while it was the same."""
        source = self._sources.get(path)
        if source is None:
            source = SourceFile(path, self._bytes.get(path), self._texts.get(path))
            self._recall(source)
            self._sources[path] = source
        return source

    def consult(self, path: str) -> SourceFile:
        """The same, noting that findings depend on it."""
        self.records[path].consulted = True
        return self.source(path)

    def sending_files(self) -> Iterator[str]:
        """The files that can send a task or name its result."""
        return (path for path, record in self.records.items() if record.sends)

    def uses_celery(self, path: str) -> bool:
        """Whether the file or another of its package imports Celery."""
        if self.records[path].imports_celery:
            return True
        return package_top(os.path.dirname(path)) in self._celery_packages

    @cached_property
    def _celery_packages(self) -> set[str]:
        return {
            package_top(os.path.dirname(path))
            for path, record in self.records.items()
            if record.imports_celery
        }

    def search(self, names: set[str]) -> None:
        """Note in every record which of ``names`` its file mentions."""
        new = names - self.searched
        if not new:
            return
        encoded = [(name, name.encode()) for name in sorted(new)]
        for path, record in self.records.items():
            found = words.mentioned_in_bytes(self._octets(path), encoded)
            if found:
                record.mentions = (*record.mentions, *sorted(found))
        self.searched |= new

    def save(self, findings: dict[str, Any]) -> None:
        """Keep what was learnt; the next run starts from it."""
        self.findings = findings
        self._stale = False
        for path, source in self._sources.items():
            if source.changed:
                with suppress(RecursionError):  # too deep to be kept: read anew each time
                    self._cache.store(_facts_name(path), self._stamped_facts(source))
                source.changed = False
        self._store_index()
        self._bytes.clear()

    def save_stamps(self) -> None:
        """Keep new times of files that say the same as before."""
        if self._stale and self.findings is not None:
            self.save(self.findings)

    def locked(self) -> Any:
        """Keep other processes from doing the same work at the same time."""
        return self._cache.locked()

    def _octets(self, path: str) -> bytes:
        octets = self._bytes.get(path)
        if octets is None:
            octets = _read_bytes(path) if path not in self._texts else (
                self._texts[path].encode("utf-8", "surrogatepass")
            )
            self._bytes[path] = octets
        return octets

    def _refresh(self, stamps: dict[str, Stamp]) -> None:
        known = self.records
        self.records = {}
        for path, stamp in stamps.items():
            record = known.get(path)
            if record is not None and record.stamp == stamp:
                self.records[path] = record
            else:
                self._renew(path, stamp, record)
        if known.keys() != stamps.keys():
            self.findings = None

    def _renew(self, path: str, stamp: Stamp, old: Record | None) -> None:
        octets = _read_bytes(path)
        if old is not None and old.checksum == _checksum(octets):
            old.stamp = stamp
            self.records[path] = old
        else:
            new = self._note(path, stamp, octets)
            if new.matters or (old is not None and old.matters):
                self.findings = None
        self._stale = True

    def _note(self, path: str, stamp: Stamp, octets: bytes) -> Record:
        encoded = [(name, name.encode()) for name in sorted(self.searched)]
        record = Record(
            stamp,
            _checksum(octets),
            words.speaks_of_celery(octets),
            b"celery" in octets,
            words.sends(octets),
            tuple(sorted(words.mentioned_in_bytes(octets, encoded))),
        )
        self.records[path] = record
        return record

    def _index_key(self) -> list[Any]:
        return [__version__, self.root, [list(part) if isinstance(part, tuple) else part
                                         for part in astuple(self.options)]]

    def _load_index(self) -> None:
        stored = self._cache.load(self._index_name())
        try:
            if stored["key"] != self._index_key():
                return
            self.records = {
                path: Record(tuple(stamp), checksum, bool(flags & 1), bool(flags & 2),
                             bool(flags & 8), tuple(mentions), bool(flags & 4))
                for path, stamp, checksum, flags, mentions in stored["files"]
            }
            self.searched = set(stored["searched"])
            self.findings = stored["findings"]
        except (KeyError, TypeError, ValueError, AttributeError):
            self.records, self.searched, self.findings = {}, set(), None

    def _store_index(self) -> None:
        files = [
            [path, record.stamp, record.checksum,
             record.celery + 2 * record.imports_celery + 4 * record.consulted
             + 8 * record.sends,
             record.mentions]
            for path, record in self.records.items()
        ]
        self._cache.store(self._index_name(), {
            "key": self._index_key(),
            "files": files,
            "searched": sorted(self.searched),
            "findings": self.findings,
        })

    def _index_name(self) -> str:
        return f"index-{_short_hash(repr(self._index_key()))}.json"

    def _stamped_facts(self, source: SourceFile) -> dict[str, Any]:
        return {
            "version": __version__,
            "path": source.path,
            "checksum": self.records[source.path].checksum,
            **source.facts(),
        }

    def _recall(self, source: SourceFile) -> None:
        stored = self._cache.load(_facts_name(source.path))
        try:
            fresh = (
                stored["version"] == __version__
                and stored["path"] == source.path
                and stored["checksum"] == self.records[source.path].checksum
            )
            if fresh:
                source.recall(stored)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            return


def _read_bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def _checksum(octets: bytes) -> int:
    return zlib.crc32(octets)


def _short_hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _facts_name(path: str) -> str:
    return f"facts-{_short_hash(path)}.json"
