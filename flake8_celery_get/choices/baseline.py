"""The findings that a project has had before: only new ones are reported.

The file is sorted JSON without line numbers, so that it changes only where findings do.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flake8_celery_get.finding import Finding
from flake8_celery_get.printing.visible import FIRST_BYTE, encodable
from flake8_celery_get.source.regular import octets_of

FORMAT_VERSION = 1


class BaselineError(ValueError):
    """A file that is no baseline; ``str()`` is one line without the file's name."""


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """One finding of the past. ``path`` starts at the folder of the baseline."""

    path: str
    code: str
    fingerprint: str
    message: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is known; ``folder`` is that of the file."""

    folder: str
    entries: tuple[Known, ...] = ()

    def without_known(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that are new."""
        marks = set(map(_mark, self.entries))
        return [each for each in findings if _mark(each) not in marks]

    def fixed(self, findings: Iterable[Finding], checked: Iterable[str]) -> list[Known]:
        """Return the entries of checked files, or of files that are gone, found no more."""
        here = {self._relative(path) for path in checked}
        marks = set(map(_mark, findings))
        return [
            entry
            for entry in self.entries
            if _mark(entry) not in marks
            and (entry.path in here or not self._is_there(entry.path))
        ]

    def renewed(self, findings: Iterable[Finding], fixed: Iterable[Known]) -> Baseline:
        """Return a baseline with these findings, and without what is fixed."""
        kept = set(self.entries).difference(fixed)
        found = {
            Known(self._relative(f.path), f.code, f.fingerprint, f.message)
            for f in findings
        }
        # A message may have changed where the finding has not.
        again = set(map(_mark, found))
        kept = {entry for entry in kept if _mark(entry) not in again}
        return Baseline(self.folder, tuple(sorted(kept | found)))

    def text(self) -> str:
        """Return what its file holds."""
        by_path: dict[str, list[dict[str, str]]] = {}
        for entry in sorted(self.entries):
            described = {
                "code": entry.code,
                "fingerprint": entry.fingerprint,
                "message": entry.message,
            }
            by_path.setdefault(entry.path, []).append(described)
        document = {"version": FORMAT_VERSION, "findings": by_path}
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"

    def _relative(self, path: str) -> str:
        return encodable(os.path.relpath(path, self.folder).replace(os.sep, "/"))

    def _is_there(self, written: str) -> bool:
        names = (written, _BYTE.sub(_undecodable, written))
        return any(os.path.exists(os.path.join(self.folder, name)) for name in names)


_BYTE = re.compile(r"\\x([89a-f][0-9a-f])")
"""How `encodable` writes a byte of a file's name that can't be decoded."""


def _undecodable(byte: re.Match[str]) -> str:
    return chr(ord(FIRST_BYTE) - 0x80 + int(byte[1], 16))


def _mark(each: Finding | Known) -> tuple[str, str]:
    """What tells a finding, now or then, from all others."""
    return each.code, each.fingerprint


def read(path: str) -> Baseline:
    """Read a baseline. Raises OSError, or BaselineError for what is none."""
    octets = octets_of(path)
    folder = os.path.dirname(os.path.abspath(path))
    try:
        document = json.loads(octets)
        if document["version"] != FORMAT_VERSION:
            raise BaselineError(f"version {document['version']} of the format is not known")
        return Baseline(folder, tuple(_entries(document["findings"])))
    except BaselineError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BaselineError("this is not a baseline of celery-guard") from None


def _entries(by_path: Mapping[str, Any]) -> list[Known]:
    return [
        Known(path, str(each["code"]), str(each["fingerprint"]), str(each["message"]))
        for path, listed in by_path.items()
        for each in listed
    ]
