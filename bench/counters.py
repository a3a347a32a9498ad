"""Counts the work of linting a folder: exact, the same on every machine.

A script for the environment with our wheel: ``python counters.py FOLDER`` prints JSON.
"""

from __future__ import annotations

import functools
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import libcst

from flake8_celery_get.engine import Engine
from flake8_celery_get.model.picture.draw import picture_of
from flake8_celery_get.options import Options
from flake8_celery_get.project import source_file
from flake8_celery_get.project.project import Project
from flake8_celery_get.source import words
from flake8_celery_get.source.text import SourceError, read


def count(folder: Path) -> Counter[str]:
    """Lint every Python file below ``folder``, as flake8 would, and count what is done."""
    tally: Counter[str] = Counter()
    note_text = functools.partial(_note_text, tally, set())
    _watch(words, "speaks_of_celery", note_text)
    _watch(libcst, "parse_module", lambda text, _: _note_definition(tally, text))
    _watch(source_file, "parse", lambda *_: tally.update(["modules parsed"]))
    engine = Engine(Options(cache=False))
    for path in sorted(folder.rglob("*.py")):
        tally["files"] += 1
        try:
            # flake8 hands over the text and has parsed it for itself.
            engine.check(str(path), read(str(path)))
        except SourceError:
            tally["unreadable files"] += 1
    return Counter(tally)  # what is counted later is not its own


def count_of_map(folder: Path) -> int:
    """Draw the map of a folder, and count the definitions that libcst is given for it."""
    tally: Counter[str] = Counter()
    _watch(libcst, "parse_module", lambda text, _: _note_definition(tally, text))
    project = Project(str(folder.resolve()), Options(cache=False))
    project.open()
    picture_of(project)
    return tally["definitions for libcst"]


def _watch(owner: Any, name: str, note: Callable[[Any, Any], None]) -> None:
    function = getattr(owner, name)

    @functools.wraps(function)
    def noted(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        note(args[0], result)
        return result

    setattr(owner, name, noted)


def _note_text(
    tally: Counter[str], passed: set[bytes], octets: bytes, speaks: bool
) -> None:
    tally["texts searched"] += 1
    if speaks:
        passed.add(octets)
        tally["texts past the filter"] = len(passed)


def _note_definition(tally: Counter[str], text: str) -> None:
    tally["definitions for libcst"] += 1
    tally["lines for libcst"] += text.count("\n") + 1


if __name__ == "__main__":
    where = Path(sys.argv[1])
    counted = count(where)
    counted["definitions for libcst, for the map"] = count_of_map(where)
    print(json.dumps(counted))
