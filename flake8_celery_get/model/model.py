"""The whole project, evaluated: what rules are given, module by module."""

from __future__ import annotations

import os
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from operator import attrgetter

from flake8_celery_get.model.entries import PLAIN, Entries, Entry
from flake8_celery_get.model.explore import Exploration
from flake8_celery_get.model.module import Module
from flake8_celery_get.model.world import World
from flake8_celery_get.project.project import Project
from flake8_celery_get.source.code import Span
from flake8_celery_get.source.outline import Definition

DEEP_ENOUGH = 12_000
"""Python frames for the longest chain of calls that is followed."""


class Model:
    """Evaluates a project once; rules only read from it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._world = World(project)
        with _deep_recursion():
            Exploration(self._world, self._world.relevance).run()
            project.leads = self._world.relevance.leads()
            self._entries = Entries(self._world).all()
        self._blocks: dict[str, list[Definition]] = {}

    def modules(self) -> Iterator[Module]:
        """Every module in which a finding could stand."""
        by_path: dict[str, list[Entry]] = {}
        for entry in self._entries:
            by_path.setdefault(entry.path, []).append(entry)
        for path, entries in sorted(by_path.items()):
            yield Module(self, path, tuple(entries))

    @cached_property
    def reads_of_entries(self) -> set[tuple[str, Span]]:
        """The reads that some task, view or coroutine leads to."""
        return {
            read for entry in self._entries if entry.kind != PLAIN for read in entry.reads
        }

    def is_test(self, path: str) -> bool:
        """Whether the file is test code."""
        return self._world.is_test(path)

    def snippet(self, path: str, at: Span) -> str:
        """The code at a span, its lines drawn together."""
        lines = self._project.source(path).lines
        first, column, last, end = at
        rows = list(lines[first - 1 : last])
        if not rows:
            return ""
        rows[-1] = rows[-1][:end]
        rows[0] = rows[0][column:]
        return " ".join(map(_clean, rows))

    def line_from(self, path: str, at: Span) -> str:
        """The line from where a span starts."""
        lines = self._project.source(path).lines
        return _clean(lines[at[0] - 1][at[1] :]) if at[0] <= len(lines) else ""

    def relative(self, path: str) -> str:
        """The path from the project's root, with forward slashes."""
        return os.path.relpath(path, self._project.root).replace(os.sep, "/")

    def enclosing(self, path: str, line: int) -> str:
        """The qualified name of the function or class around a line."""
        blocks = self._blocks.get(path)
        if blocks is None:
            definitions = self._project.source(path).outline.definitions
            blocks = self._blocks[path] = _blocks(definitions)
        names: list[str] = []
        while blocks:
            index = bisect_right(blocks, line, key=attrgetter("line")) - 1
            if index < 0 or blocks[index].end_line < line:
                break
            names.append(blocks[index].name)
            blocks = _blocks(blocks[index].members)
        return ".".join(names)


def _clean(row: str) -> str:
    """Without what would break a message into lines or reach a terminal as a command."""
    return "".join(filter(str.isprintable, row)).strip()


def _blocks(definitions: Iterable[Definition]) -> list[Definition]:
    """The functions and classes among definitions, which stand in order."""
    return [definition for definition in definitions if definition.kind != "statement"]


@contextmanager
def _deep_recursion() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEEP_ENOUGH))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
