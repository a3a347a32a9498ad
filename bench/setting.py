"""What all sections measure with: environments, working copies, and how often."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import environments
from bench.corpora import fetch
from bench.environments import Environment

CACHE = ".celery_guard_cache"
FLAKE8 = ("--isolated", "--exit-zero", "-j1")
"""flake8 as it comes: all its own checks, no configuration, one process."""


@dataclass(frozen=True, slots=True)
class Project:
    """A copy of a corpus that may be edited, marked as a project at its top."""

    name: str
    folder: Path

    def forget(self) -> None:
        """Make the next run a cold one. What the system keeps of the files stays warm."""
        shutil.rmtree(self.folder / CACHE, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Setting:
    """What to measure on, and with which environments, which are built when asked for."""

    corpora: tuple[str, ...]
    repeat: int
    full: bool
    copies: Path

    @property
    def plain(self) -> Environment:
        """flake8 alone."""
        return environments.plain()

    @property
    def ours(self) -> Environment:
        """flake8 with our plugin."""
        return environments.ours()

    @property
    def guarded(self) -> Environment:
        """pytest with our plugin, and Celery."""
        return environments.guarded()

    @property
    def unguarded(self) -> Environment:
        """pytest and Celery."""
        return environments.unguarded()

    def projects(self) -> list[Project]:
        """Return a working copy of each wanted corpus."""
        return [self.project(name) for name in self.corpora]

    def project(self, name: str) -> Project:
        """Return the working copy of one corpus, made the first time."""
        folder = self.copies / name
        if not folder.exists():
            shutil.copytree(fetch(name), folder)
            # Without a mark, the folders above would decide where the project begins.
            (folder / "pyproject.toml").touch()
        return Project(name, folder)

    def median(self, measure: Callable[[], float], repeat: int | None = None) -> float:
        """Return the median of several measurements."""
        return median(measure() for _ in range(repeat or self.repeat))
