"""``check -``: standard input, checked as if it were the content of a file."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.cli.results import FileReport
from flake8_celery_get.engine import Engine
from flake8_celery_get.printing.visible import visible
from flake8_celery_get.source.original import Original, original_of
from flake8_celery_get.source.text import SourceError, decode

if TYPE_CHECKING:
    from flake8_celery_get.cli.file_check import FileCheck


@dataclass(frozen=True, slots=True)
class Stdin:
    """What came through standard input, and the file that it stands for."""

    path: str
    octets: bytes

    def text(self) -> str:
        """The decoded text. Raises `SourceError`."""
        return decode(self.octets)

    def original(self) -> Original:
        """What fixes are applied to. Raises `SourceError`."""
        return original_of(self.octets)

    def checked(self, check: FileCheck) -> FileReport:
        """Return the findings, with the project around the file as it is on disk."""
        try:
            text = self.text()
        except SourceError as error:
            return FileReport(self.path, error=visible(str(error)))
        return check.run(Engine(check.options), self.path, text)

    def texts(self) -> dict[str, str]:
        """The text by the file that it stands for; nothing for what can't be decoded."""
        try:
            return {self.path: self.text()}
        except SourceError:
            return {}


def read(path: str) -> Stdin:
    """Read standard input to its end, for the content of this file."""
    return Stdin(path, sys.stdin.buffer.read() if sys.stdin is not None else b"")
