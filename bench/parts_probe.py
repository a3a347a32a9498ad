"""Checks a folder in a new process and tells how its CPU time divides into parts.

A script for the environment with our wheel, so it imports nothing of ``bench``:
``python parts_probe.py FOLDER`` prints JSON.
"""

from __future__ import annotations

import functools
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from typing import Any

REST = "the rest: names, evaluation, rules"
WATCHED = {
    "listing and searching the files": (
        ("flake8_celery_get.project.project", "Project", "open"),
        ("flake8_celery_get.project.texts", "Texts", "mentioning"),
        ("flake8_celery_get.project.texts", "Texts", "holds"),
    ),
    "whether Python can parse the other files: its symbol tables": (
        ("flake8_celery_get.source.syntax", "", "fault"),
    ),
    "outlines: Python's own parser": (
        ("flake8_celery_get.project.source_file", "", "parse"),
        ("flake8_celery_get.project.source_file", "", "outline"),
    ),
    "definitions: libcst's parser": (("libcst", "", "parse_module"),),
    "definitions: libcst writes them out, for their places": (
        ("flake8_celery_get.source.lower.definition", "", "Positions"),
    ),
}
"""Parts, each with what is called for it: a module, a class in it or none, and a name."""


class Parts:
    """Charges each moment to the innermost part that is open."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._open = ["Python's start"]
        self._since = 0.0

    def enter(self, part: str) -> None:
        """Charge ``part`` from here on."""
        self._charge()
        self._open.append(part)

    def leave(self) -> None:
        """Charge what was open before."""
        self._charge()
        self._open.pop()

    def _charge(self) -> None:
        now = time.process_time()
        self.spent[self._open[-1]] += now - self._since
        self._since = now

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``function``, charged to ``part``."""

        @functools.wraps(function, updated=())
        def run(*args: Any, **kwargs: Any) -> Any:
            self.enter(part)
            try:
                return function(*args, **kwargs)
            finally:
                self.leave()

        return run


def divided(folder: str) -> dict[str, float]:
    """Check a folder; return the CPU seconds of each part."""
    parts = Parts()
    parts.enter("importing libcst")
    import_module("libcst")
    parts.leave()
    parts.enter("importing the linter")
    command = import_module("flake8_celery_get.cli.main").main
    import_module("flake8_celery_get.cli.check.command")
    import_module("flake8_celery_get.analysis").all_rules()
    parts.leave()
    _watch(parts)
    parts.enter(REST)
    with redirect_stdout(StringIO()):
        command(["check", "-j1", "--no-cache", "--isolated", folder])
    parts.leave()
    return dict(parts.spent)


def _watch(parts: Parts) -> None:
    for part, places in WATCHED.items():
        for module, owner, name in places:
            holder: Any = import_module(module)
            holder = getattr(holder, owner) if owner else holder
            setattr(holder, name, parts.timed(part, getattr(holder, name)))


if __name__ == "__main__":
    print(json.dumps(divided(sys.argv[1])))
