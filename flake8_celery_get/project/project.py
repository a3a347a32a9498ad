"""All files of a project: which speak of Celery, which mention a name, what changed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from flake8_celery_get.options import Options
from flake8_celery_get.project.beside import Beside
from flake8_celery_get.project.files import Stamp, outermost, python_files
from flake8_celery_get.project.kept.index import Index
from flake8_celery_get.project.kept.memory import Memory
from flake8_celery_get.project.records import Record, checksum, pattern_key, record_of
from flake8_celery_get.project.texts import Texts, read_bytes
from flake8_celery_get.source.words import encoded, encoded_names

if TYPE_CHECKING:
    from flake8_celery_get.project.modules import Modules
    from flake8_celery_get.project.source_file import SourceFile

FEW_FILES = 20
"""Reading so many files again costs less than writing the index for them."""

NEVER: Stamp = (0, 0)
"""The stamp of a file that can't be read: each run tries again, as rights may change."""


class Project:
    """The files below one root, as they are now, with what earlier runs remember."""

    def __init__(self, root: str, options: Options) -> None:
        self.root = root
        self.options = options
        self.beside = Beside(root)
        self._memory = Memory(root, options)
        self.records: dict[str, Record] = {}
        self.searched: set[str] = set()
        self.leads: dict[str, list[str]] = {}
        self.findings: dict[str, Any] | None = None
        self._has_fixes = options.fixes
        self._sources: dict[str, SourceFile] = {}
        self._texts = Texts()
        self._stale = 0

    # Opening and keeping

    @property
    def refused_cache(self) -> str:
        """Why the cache folder that is there is left alone; empty where it is not."""
        return self._memory.refusal

    def distrust_cache(self) -> bool:
        """Start again from the files alone; False where nothing came from the cache."""
        if not self._memory.was_read:
            return False
        self._memory.distrust()
        self.records, self.searched, self.leads, self.findings = {}, set(), {}, None
        self._sources.clear()
        self._forget_names()
        self._refresh(python_files(self.root))
        for path, text in self._texts.given.items():
            self.overlay(path, text)
        return True

    def open(self) -> None:
        """Learn which files there are and what has changed since the last run."""
        if not self._texts.given:
            self._load_index()
            self._refresh(python_files(self.root))

    def overlay(self, path: str, text: str) -> None:
        """Take ``text`` for the content of ``path``, and keep nothing on disk from now on."""
        self.edit(path, text)
        self.findings = None

    def edit(self, path: str, text: str | None) -> bool:
        """Take ``text`` for the content of ``path``, which is gone where that is None.

        False where no finding can be another one than before. From now on nothing is kept
        on disk.
        """
        self._memory.freeze()
        self._sources.pop(path, None)
        self._texts.give(path, text)
        self.__dict__.pop("_holders", None)
        if text is None:
            self.records.pop(path, None)
            return self._has_other_files()
        old = self.records.get(path)
        new = record_of(encoded(text), (0, 0), self._searched_bytes())
        self.records[path] = new
        if old is None:
            self.records = dict(sorted(self.records.items()))
            return self._has_other_files()
        self._forget_packages()
        differs = old.checksum != new.checksum and self._changes_findings(old, new)
        if differs:
            self.findings = None
        return differs

    def _has_other_files(self) -> bool:
        """Imports may mean others now: whatever was found may be wrong."""
        self._forget_names()
        self.findings = None
        return True

    def _forget_names(self) -> None:
        """Other files are there: imports may mean others."""
        self.__dict__.pop("modules", None)
        self._forget_packages()

    def _forget_packages(self) -> None:
        self.__dict__.pop("_celery_packages", None)

    def save(self, findings: dict[str, Any]) -> None:
        """Keep what was learnt; the next run starts from it."""
        self.findings = findings
        self._has_fixes = self.options.fixes
        self.save_facts()
        self._store_index()
        self._texts.read.clear()

    def save_facts(self) -> None:
        """Keep what was read of each file."""
        for path, source in self._sources.items():
            if path in self.records:
                self._memory.store_facts(source, self.records[path].checksum)

    def save_records(self) -> None:
        """Keep new times and faults of files that say the same as before."""
        if self._stale > FEW_FILES and self.findings is not None:
            self._store_index()

    def locked(self) -> AbstractContextManager[bool]:
        """Keep other processes from doing the same work at the same time."""
        return self._memory.locked()

    # Single files

    def fault(self, path: str) -> str:
        """What keeps Python from reading one of the files; empty for nothing."""
        from flake8_celery_get.source.syntax import fault

        record = self.records[path]
        if record.fault is None or not os.access(path, os.R_OK):
            source = self._sources.get(path)
            record.fault = "" if source and source.parses else fault(path)
            self._stale += not record.fault
        return record.fault

    def cares_for(self, path: str, text: str) -> bool:
        """Whether findings can depend on ``text`` standing in for the content of ``path``."""
        old = self.records.get(path)
        new = record_of(encoded(text), (0, 0), self._searched_bytes())
        return self._changes_findings(old, new)

    def _changes_findings(self, old: Record | None, new: Record) -> bool:
        """Whether a file that was ``old`` and is ``new`` can make a difference."""
        mentions = old.mentions if old is not None else ()
        if new.celery or mentions != new.mentions or self._leads(new.mentions):
            return True
        return old is not None and (old.celery or old.consulted)

    def _leads(self, mentions: tuple[str, ...]) -> bool:
        """Whether who mentions these names can lead to a wait, as the last run knew it."""
        here = set(mentions)
        return any(
            name in here and (not carriers or not here.isdisjoint(carriers))
            for name, carriers in self.leads.items()
        )

    def holds(self, path: str, text: str) -> bool:
        """Whether ``path`` is one of the files, with just this text."""
        record = self.records.get(path)
        if record is None:
            return False
        if record.checksum == checksum(encoded(text)):
            return True
        octets = read_bytes(path) or b""  # newlines and encoding may differ on disk
        return record.checksum == checksum(octets) and self.source(path).text == text

    def source(self, path: str) -> SourceFile:
        """The file, with the facts that were stored while it was the same."""
        source = self._sources.get(path)
        if source is None:
            # Imported here: a run in which nothing changed reads no source.
            from flake8_celery_get.project.source_file import SourceFile

            texts = self._texts
            source = SourceFile(path, texts.read.get(path), texts.given.get(path))
            self._memory.recall(source, self.records[path].checksum)
            self._sources[path] = source
        return source

    def consult(self, path: str) -> SourceFile:
        """The same, noting that findings depend on it."""
        self.records[path].consulted = True
        return self.source(path)

    # All files

    @cached_property
    def modules(self) -> Modules:
        """Which file an import means."""
        from flake8_celery_get.project.modules import Modules

        return Modules(self.root, self.options.roots, self.records)

    def relative(self, path: str) -> str:
        """The path from the root, with forward slashes."""
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def from_outside(self, path: str) -> str:
        """The path from the project around this one, too: ``tests/`` may hold a project."""
        return os.path.relpath(path, outermost(self.root)).replace(os.sep, "/")

    def sending_files(self) -> Iterator[str]:
        """The files that can send a task or name its result."""
        return (path for path, record in self.records.items() if record.sends)

    def celery_files(self, *words: bytes | re.Pattern[bytes]) -> list[str]:
        """The files that speak of Celery, and hold one of ``words`` if there are any."""
        return [
            path
            for path, record in self.records.items()
            if record.celery
            and (not words or any(self._holds(path, word) for word in words))
        ]

    def mentioning(self, names: set[str]) -> Iterator[str]:
        """The files that hold one of ``names`` as a whole word."""
        found = set(chain.from_iterable(self.where(names).values()))
        return (path for path in self.records if path in found) if found else iter(())

    def matching(self, names: set[str], pattern: re.Pattern[str]) -> Iterator[str]:
        """Those of them in which the pattern is found; findings depend on their texts."""
        for path in self.mentioning(names):
            if self.consult(path).finds(pattern):
                yield path

    def where(self, names: set[str]) -> dict[str, list[str]]:
        """The files that hold each of ``names`` as a whole word."""
        self.search(names)
        return {name: self._holders[name] for name in names if name in self._holders}

    def fame(self, name: str) -> int:
        """How many files hold one of the searched names as a whole word."""
        return len(self._holders.get(name, ()))

    @cached_property
    def _holders(self) -> dict[str, list[str]]:
        """The files that hold each of the searched names that some file holds."""
        holders: dict[str, list[str]] = {}
        for path, record in self.records.items():
            for name in record.mentions:
                holders.setdefault(name, []).append(path)
        return holders

    def mentions(self, path: str, name: str) -> bool:
        """Whether a file holds ``name`` somewhere in its text."""
        return encoded(name) in self._texts.octets(path)

    @property
    def uses_celery_anywhere(self) -> bool:
        """Whether some file names the package, or an option says what else makes tasks."""
        return bool(self.options.task_decorators) or any(
            record.imports_celery for record in self.records.values()
        )

    def uses_celery(self, path: str) -> bool:
        """Whether the file or another of its package imports Celery."""
        if self.records[path].imports_celery:
            return True
        return self.modules.package_top(os.path.dirname(path)) in self._celery_packages

    @cached_property
    def _celery_packages(self) -> set[str]:
        return {
            self.modules.package_top(os.path.dirname(path))
            for path, record in self.records.items()
            if record.imports_celery
        }

    def search(self, names: Iterable[str]) -> None:
        """Note in every record which of ``names`` its file mentions."""
        new = set(names) - self.searched
        if not new:
            return
        for path, found in self._texts.mentioning(new, self.records):
            record = self.records[path]
            record.mentions = tuple(sorted({*record.mentions, *found}))
            for name in found:
                self._holders.setdefault(name, []).append(path)
        self.searched |= new

    def holds_bytes(self, path: str, pattern: re.Pattern[bytes]) -> bool:
        """Whether a pattern is found in a file; findings depend on it from now on."""
        self.records[path].consulted = True
        return self._holds(path, pattern)

    def _holds(self, path: str, word: bytes | re.Pattern[bytes]) -> bool:
        held, key = self.records[path].held, pattern_key(word)
        if key not in held:
            held[key] = self._texts.holds(path, word)
        return held[key]

    def _searched_bytes(self) -> list[tuple[str, bytes]]:
        return encoded_names(self.searched)

    # The index

    def _refresh(self, stamps: dict[str, Stamp]) -> None:
        known, self.records = self.records, {}
        self.__dict__.pop("_holders", None)
        searched = self._searched_bytes()
        for path, stamp in stamps.items():
            record = known.get(path)
            if record is None or record.stamp != stamp:
                record = self._renewed(path, stamp, record, searched)
            self.records[path] = record
        if known.keys() != stamps.keys():
            self.findings = None

    def _renewed(
        self, path: str, stamp: Stamp, old: Record | None, searched: list[tuple[str, bytes]]
    ) -> Record:
        self._stale += 1
        octets = read_bytes(path)
        if octets is None:
            octets, stamp = b"", NEVER
        is_same = old is not None and old.checksum == checksum(octets)
        if old is not None and is_same and NEVER not in (stamp, old.stamp):
            old.stamp = stamp
            return old
        self._sources.pop(path, None)
        self._texts.forget(path)
        new = record_of(octets, stamp, searched)
        if self._changes_findings(old, new):
            self.findings = None
        return new

    def _load_index(self) -> None:
        index = self._memory.index()
        if index is None:
            return
        self.records, self.searched = index.records, index.searched
        self.leads, self.beside.stamps = index.leads, index.beside
        if self.beside.is_fresh and (index.has_fixes or not self.options.fixes):
            self.findings, self._has_fixes = index.findings, index.has_fixes

    def _store_index(self) -> None:
        self._stale = 0
        index = Index(
            self.records,
            self.searched,
            self.leads,
            self.beside.stamps,
            self.findings,
            self._has_fixes,
        )
        self._memory.store_index(index)
