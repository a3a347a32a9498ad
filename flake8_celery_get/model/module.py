"""What a rule may ask about one module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.entries import COROUTINE, PLAIN, TASK, VIEW, Entry
from flake8_celery_get.model.waits import Wait

if TYPE_CHECKING:
    from flake8_celery_get.model.model import Model


@dataclass(frozen=True, slots=True)
class Module:
    """One file, with the entries whose findings stand in it."""

    model: Model
    path: str
    entries: tuple[Entry, ...]

    @property
    def tasks(self) -> Iterator[Entry]:
        """The bodies of Celery tasks."""
        return self._of_kind(TASK)

    @property
    def views(self) -> Iterator[Entry]:
        """What answers web requests."""
        return self._of_kind(VIEW)

    @property
    def coroutines(self) -> Iterator[Entry]:
        """Coroutines that are neither tasks nor views."""
        return self._of_kind(COROUTINE)

    @property
    def functions(self) -> Iterator[Entry]:
        """Everything else, the module's own statements included."""
        return self._of_kind(PLAIN)

    def _of_kind(self, kind: str) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.kind == kind)

    @property
    def is_test(self) -> bool:
        """Whether the file is test code."""
        return self.model.is_test(self.path)

    def reported_elsewhere(self, wait: Wait) -> bool:
        """Whether a task, view or coroutine leads to the same read and is told so."""
        return (wait.read.path, wait.read.at) in self.model.reads_of_entries

    def source(self, wait: Wait) -> str:
        """The code of the expression that leads to a wait, on one line."""
        if wait.hops:
            return self.model.snippet(wait.path, wait.at)
        return self.source_of_read(wait)

    def source_of_read(self, wait: Wait) -> str:
        """The code of the read itself, on one line; of a polling loop its first line."""
        read = wait.read
        if read.is_poll:
            return self.model.line_from(read.path, read.at).rstrip(" :")
        return self.model.snippet(read.path, read.at)

    def relative(self, path: str) -> str:
        """The path from the project's root, with forward slashes."""
        return self.model.relative(path)
