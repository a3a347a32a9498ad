"""Real code to hold properties against: our own package and the standard library."""

from __future__ import annotations

import functools
import os
import sysconfig
from pathlib import Path

import pytest

from flake8_celery_get.source.lines import Lines
from flake8_celery_get.source.outline import Definition, outline, parse
from flake8_celery_get.source.text import SourceError, read

OWN = Path(__file__).resolve().parents[2] / "flake8_celery_get"
STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
LARGEST = 60_000


@functools.cache
def standard_library(step: int = 1) -> tuple[Path, ...]:
    """Every ``step``-th module, in a settled order, without what is installed into it."""
    found: list[Path] = []
    for folder, inside, names in os.walk(STANDARD_LIBRARY):
        inside[:] = set(inside) - {"site-packages", "__pycache__"}
        found += (Path(folder, name) for name in names if name.endswith(".py"))
    return tuple(sorted(found)[::step])


@functools.cache
def sample() -> tuple[Path, ...]:
    """All of our own package, and a part of the standard library; very long files left out."""
    files = (*sorted(OWN.rglob("*.py")), *standard_library(150))
    return tuple(path for path in files if path.stat().st_size <= LARGEST)


@functools.cache
def text_of(path: Path) -> str:
    """The text of a file of the sample that the running Python can parse."""
    try:
        text = read(str(path))
        parse(text)
    except SourceError as broken:
        pytest.skip(f"no Python to be read: {broken}")
    return text


def definitions(text: str) -> list[Definition]:
    """All definitions of a module, members of classes included, outside before inside."""
    waiting = list(outline(parse(text), Lines(text)).definitions)
    found = []
    while waiting:
        definition = waiting.pop(0)
        found.append(definition)
        waiting += definition.members
    return found
