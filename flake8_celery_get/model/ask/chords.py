"""Chords, and whether the result backend can count their headers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Chord, ChordRun
from flake8_celery_get.model.settings.apps.stored import (
    NO_BACKEND,
    UNKNOWN_BACKEND,
    Backend,
)
from flake8_celery_get.model.values.values import AS_APP, NO, YES, TaskOptions

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.source.code import Span

POLLED = frozenset({"db", "database", "sqla", "file", "filesystem"})
"""Schemes of backends that ask for the results of a header again and again."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A chord that never runs its body; ``header_ignores`` tells why, if it is not refused."""

    note: Chord
    backend: Backend
    header_ignores: bool


def refusals(module: Module) -> Iterator[Refusal]:
    """The chords of a module that its backend does not carry."""
    applied = _only_applied(module)
    for note in module.notes(Chord):
        if note.at in applied:
            continue
        backend = _backend(module, note)
        if backend.scheme in {NO_BACKEND, "rpc"}:
            yield Refusal(note, backend, False)
        elif backend.scheme.partition("+")[0] in POLLED and _ignores(module, note.header):
            yield Refusal(note, backend, True)


def _only_applied(module: Module) -> set[Span]:
    """Where chords are built that are never sent: ``.apply()`` requires no backend."""
    runs = list(module.notes(ChordRun))
    sent = {note.at for note in runs if note.is_sent}
    return {note.at for note in runs} - sent


def _backend(module: Module, note: Chord) -> Backend:
    storage = module.model.storage
    found = [storage.backend_for(options) for options in (note.header, note.body)]
    known = {backend for backend in found if backend != UNKNOWN_BACKEND}
    return known.pop() if len(known) == 1 else UNKNOWN_BACKEND


def _ignores(module: Module, header: TaskOptions) -> bool:
    options = module.model.storage.options(header)
    return options.ignores == YES and options.keeps_errors in {NO, AS_APP}
