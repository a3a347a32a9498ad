"""Which codes are reported: flake8's rules for ``--select``, ``--ignore`` and per file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from flake8_celery_get.options import OPINIONS

_EVERYTHING = ("",)


class SelectionError(ValueError):
    """A prefix that no code starts with; ``str()`` is one line without the option."""

    def __init__(self, option: str, prefix: str) -> None:
        super().__init__(f"no rule has the code or name {prefix!r}")
        self.option = option
        self.prefix = prefix


@dataclass(frozen=True, slots=True)
class PerFile:
    """Prefixes of codes to leave out in files that match a pattern, below a folder."""

    folder: str
    ignored: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def ignores(self, code: str, path: str) -> bool:
        """Tell whether findings with this code are left out of a file."""
        return any(
            code.startswith(prefixes) and self._matches(path, pattern)
            for pattern, prefixes in self.ignored
        )

    def _matches(self, path: str, pattern: str) -> bool:
        """A pattern is for paths from the folder, or for any ending of them, as flake8's."""
        parts = os.path.relpath(path, self.folder).split(os.sep)
        endings = ("/".join(parts[start:]) for start in range(len(parts)))
        return any(fnmatchcase(ending, pattern) for ending in endings)


@dataclass(frozen=True, slots=True)
class Selection:
    """Prefixes of codes to report and to leave out; the longer prefix decides.

    Rules that are off by default are reported where a prefix means nothing but these.
    """

    select: tuple[str, ...] = _EVERYTHING
    ignore: tuple[str, ...] = ()
    per_file: PerFile | None = None

    @classmethod
    def parse(
        cls,
        known: Sequence[str],
        select: str | None = None,
        ignore: str | None = None,
        extend_select: str | None = None,
        per_file: PerFile | None = None,
    ) -> Selection:
        """Read comma separated lists of prefixes of the known codes."""
        chosen = _EVERYTHING if select is None else _prefixes("select", select, known)
        further = _prefixes("extend_select", extend_select or "", known)
        left_out = _prefixes("ignore", ignore or "", known)
        return cls(chosen + further, left_out, per_file)

    def has(self, code: str, path: str = "") -> bool:
        """Tell whether findings with this code are reported, in one file or anywhere."""
        if self.per_file and path and self.per_file.ignores(code, path):
            return False
        named = self.opinions if code.startswith(OPINIONS) else self.select
        return _longest(named, code) > _longest(self.ignore, code)

    @property
    def opinions(self) -> tuple[str, ...]:
        """The prefixes of rules that are off by default: without any, none is asked."""
        return tuple(prefix for prefix in self.select if prefix.startswith(OPINIONS))


def _prefixes(option: str, value: str, known: Sequence[str]) -> tuple[str, ...]:
    prefixes = tuple(value.replace(",", " ").split())
    for prefix in prefixes:
        if not any(code.startswith(prefix) for code in known):
            raise SelectionError(option, prefix)
    return prefixes


def _longest(prefixes: Iterable[str], code: str) -> int:
    return max((len(p) for p in prefixes if code.startswith(p)), default=-1)


def per_file_of(folder: str, table: Mapping[str, Iterable[str]]) -> PerFile | None:
    """Return what a table of patterns and prefixes says; None for an empty one."""
    ignored = tuple((pattern, tuple(prefixes)) for pattern, prefixes in table.items())
    return PerFile(folder, ignored) if ignored else None
