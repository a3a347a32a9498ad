"""Real code to hold properties against: our own package and the standard library."""

from __future__ import annotations

import functools
import sysconfig
from contextlib import suppress
from pathlib import Path

from flake8_celery_get.source.outline import Definition, outline, parse
from flake8_celery_get.source.text import SourceError, read

OWN = Path(__file__).resolve().parents[2] / "flake8_celery_get"
STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
LARGEST = 60_000


@functools.cache
def standard_library(step: int = 1) -> tuple[Path, ...]:
    """Every ``step``-th module, in a settled order, without what is installed into it."""
    modules = (
        path
        for path in STANDARD_LIBRARY.rglob("*.py")
        if "site-packages" not in path.relative_to(STANDARD_LIBRARY).parts
    )
    return tuple(sorted(modules)[::step])


def readable(paths: tuple[Path, ...]) -> dict[Path, str]:
    """The texts of those files that Python itself can parse, the very long ones left out."""
    texts = {}
    for path in paths:
        if path.stat().st_size > LARGEST:
            continue
        with suppress(SourceError):
            text = read(str(path))
            parse(text)
            texts[path] = text
    return texts


@functools.cache
def sample() -> dict[Path, str]:
    """All of our own package, and a part of the standard library."""
    return readable((*sorted(OWN.rglob("*.py")), *standard_library(150)))


def definitions(text: str) -> list[Definition]:
    """All definitions of a module, members of classes included, outside before inside."""
    waiting = list(outline(parse(text), text.split("\n")).definitions)
    found = []
    while waiting:
        definition = waiting.pop(0)
        found.append(definition)
        waiting += definition.members
    return found
