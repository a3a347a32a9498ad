"""Profiles the sending and running of many tasks, and adds the time up by package.

Run inside an environment with Celery and the guard: ``profiled.py NUMBER`` prints the shares
as JSON. ``own`` are those of a package's own frames; ``called`` are those of functions of
Celery and kombu that the guard calls for each task, and a worker thread does not.
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

Function = tuple[str, int, str]
"""Path, line and name, as pstats has them; the path of built-in functions is ``~``."""

OURS = "pytest_celery_guard"
PACKAGES = (OURS, "celery", "kombu")
REST = "the rest"
OURS_ALONE = (
    ("kombu/utils/json.py", "dumps"),  # the broker in memory keeps objects
    ("kombu/utils/json.py", "loads"),
)


def profile(number: int) -> dict[Function, Any]:
    """Return pstats' table of so many tasks, without those of the set-up."""
    # A sibling: this file runs as a script.
    from contestants import guard, real  # type: ignore[import-not-found]

    project, profiler = real(), cProfile.Profile()
    with guard(project) as finish:
        project.task.delay()
        finish(1)
        profiler.enable()
        for _ in range(number):
            project.task.delay()
        finish(number)
        profiler.disable()
    table: dict[Function, Any] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    return table


def own_shares(table: Mapping[Function, Any]) -> dict[str, float]:
    """Return the share of each package's own frames; those of built-ins are their callers'."""
    seconds: Counter[str] = Counter(dict.fromkeys((*PACKAGES, REST), 0))
    for (path, _, _), (_, _, own, _, callers) in table.items():
        if path != "~":
            seconds[package_of(path)] += own
            continue
        for (caller, _, _), (_, _, for_caller, _) in callers.items():
            seconds[package_of(caller)] += for_caller
    return {name: spent / seconds.total() for name, spent in seconds.items()}


def called_shares(table: Mapping[Function, Any]) -> dict[str, float]:
    """Return the share of what our frames call and a worker thread does not, with callees."""
    total = sum(own for _, _, own, _, _ in table.values())
    return {
        f"`{name}`": sum(_for_us(table, module, name)) / total
        for module, name in OURS_ALONE
    }


def _for_us(table: Mapping[Function, Any], module: str, name: str) -> Iterator[float]:
    for (path, _, function), (_, _, _, _, callers) in table.items():
        if path.endswith(module) and function == name:
            for (caller, _, _), (_, _, _, with_callees) in callers.items():
                if package_of(caller) == OURS:
                    yield with_callees


def package_of(path: str) -> str:
    """Return the package that a file belongs to."""
    return next((name for name in PACKAGES if path.startswith(folder_of(name))), REST)


@cache
def folder_of(package: str) -> str:
    """Return where a package lies, with a slash."""
    return os.path.join(*import_module(package).__path__, "")


if __name__ == "__main__":
    profiled = profile(int(sys.argv[1]))
    print(json.dumps({"own": own_shares(profiled), "called": called_shares(profiled)}))
