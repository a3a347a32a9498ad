"""Signals that wait until something is done."""

from __future__ import annotations

import signal
from contextlib import contextmanager

TYPE_CHECKING = False  # `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Iterator

ENDING = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)
)
"""What users and systems end a process with, and what it can put off."""


@contextmanager
def held(*numbers: signal.Signals) -> Iterator[None]:
    """Put signals off; processes that start meanwhile put them off too."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
