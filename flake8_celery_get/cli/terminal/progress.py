"""A progress bar for people who wait: on a terminal, after a second, with rich."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
