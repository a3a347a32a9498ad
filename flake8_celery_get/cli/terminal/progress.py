"""A progress bar for people who wait: on a terminal, after a second, with rich."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.progress import Progress

PATIENCE = 1.0  # seconds

_T = TypeVar("_T")


def shown(items: Iterable[_T], total: int) -> Iterator[_T]:
    """Yield the items, and show on stderr how many of them came."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield from items
        return
    iterator, start = iter(items), time.monotonic()
    for done, item in enumerate(iterator, start=1):
        yield item
        if time.monotonic() - start > PATIENCE:
            yield from _with_bar(iterator, done, total)


def _with_bar(items: Iterator[_T], done: int, total: int) -> Iterator[_T]:
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ImportError:
        yield from items
        return
    console = Console(stderr=True)
    with Progress(console=console, transient=True, redirect_stdout=False) as bar:
        step = bar.add_task("checking", total=total, completed=done)
        for item in items:
            bar.advance(step)
            yield item


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on stderr that work goes on whose length nobody knows."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield
        return
    bar = _Pulse(what)
    try:
        yield
    finally:
        bar.end()


class _Pulse:
    """A bar that begins after a while, in a thread, unless the work is done by then."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._bar: Progress | None = None
        self._has_ended = False
        self._lock = Lock()
        self._timer = Timer(PATIENCE, self._begin)
        self._timer.daemon = True
        self._timer.start()

    def _begin(self) -> None:
        try:
            from rich.console import Console
            from rich.progress import Progress
        except ImportError:
            return
        with self._lock:
            if not self._has_ended:
                console = Console(stderr=True)
                self._bar = Progress(console=console, transient=True, redirect_stdout=False)
                self._bar.add_task(self._what, total=None)
                self._bar.start()

    def end(self) -> None:
        """Take the bar away, or let it never begin."""
        self._timer.cancel()
        with self._lock:
            self._has_ended = True
            if self._bar is not None:
                self._bar.stop()
