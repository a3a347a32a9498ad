"""Runs flake8 in this process and tells how much of its CPU time one plugin takes.

A script for the environments that are measured, so it imports nothing of this project:
``python probe.py DISTRIBUTION FLAKE8-ARGUMENT …`` prints JSON.

The clock runs while the plugin is imported, takes its options, is made for a file, runs,
and does what it has left for the end of the process. ``process_time`` counts this
process's CPU time only, so other programs hardly disturb it.
"""

from __future__ import annotations

import atexit
import functools
import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from typing import Any


class Clock:
    """Adds up the CPU time spent inside ``with clock:``, in seconds."""

    def __init__(self) -> None:
        self.spent = 0.0
        self._since = 0.0

    def __enter__(self) -> None:
        self._since = time.process_time()

    def __exit__(self, *_: object) -> None:
        self.spent += time.process_time() - self._since

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``function`` with the clock running in it."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return call

    def timed_generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``function`` with the clock running while it looks for the next item."""

        @functools.wraps(function)
        def generate(*args: Any) -> Iterator[Any]:
            with self:
                items = iter(function(*args))
            end = object()
            while True:
                with self:
                    item = next(items, end)
                if item is end:
                    return
                yield item

        return generate


def watch(plugin: Any, clock: Clock) -> None:
    """Time everything that flake8 calls of a plugin class."""
    plugin.__init__ = clock.timed(plugin.__init__)
    plugin.run = clock.timed_generator(plugin.run)
    for name in ("add_options", "parse_options"):
        if hasattr(plugin, name):
            setattr(plugin, name, staticmethod(clock.timed(getattr(plugin, name))))


def main(distribution: str, arguments: list[str]) -> None:
    """Run flake8 and print the CPU seconds of the plugin and of the whole process."""
    clock = Clock()
    # Registered first, so called last: after whatever the plugin does at the end.
    atexit.register(_report, clock)
    from flake8.main import cli

    for entry_point in entry_points(group="flake8.extension"):
        if entry_point.dist is not None and entry_point.dist.name == distribution:
            with clock:
                plugin = entry_point.load()
            watch(plugin, clock)
    cli.main(arguments)
    clock.__enter__()


def _report(clock: Clock) -> None:
    clock.__exit__()
    print(json.dumps({"plugin": clock.spent, "process": time.process_time()}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
