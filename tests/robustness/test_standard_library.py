"""The standard library: code of every age and style, and not one task in it."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

import pytest

from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
from flake8_celery_get.source.text import SourceError, read
from tests.model.waiting import within
from tests.source.corpus import standard_library

FULL = bool(os.environ.get("CELERY_GUARD_FULL"))
FILES = standard_library(1 if FULL else 60)
LONGEST = 60
CELERY = "from celery.result import AsyncResult\n"
HANDLE = re.compile(r"\bself\.")


EVERY_RULE = Options(cache=False, opinions=("CEL9",))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("library").resolve()
    (made / "pyproject.toml").touch()
    return made


@pytest.mark.parametrize("start", range(0, len(FILES), 20))
def test_the_standard_library_gives_no_finding(folder: Path, start: int) -> None:
    engine = Engine(EVERY_RULE)
    for path in FILES[start : start + 20]:
        try:
            text = read(str(path))
        except SourceError:
            continue
        with within(LONGEST):
            assert engine.check(str(folder / path.name), text) == [], path


@pytest.mark.parametrize("start", range(0, len(FILES), 20))
def test_code_is_read_to_the_end_where_everything_could_be_celery(
    folder: Path, start: int
) -> None:
    """Every ``self`` is made a handle, so that all methods are evaluated."""
    for path in FILES[start : start + 20]:
        with within(LONGEST), suppress(SourceError):
            text = HANDLE.sub("AsyncResult(self).", read(str(path)))
            Engine(Options(cache=False, opinions=("CEL9",))).check(
                str(folder / path.name), f"{text}\n{CELERY}"
            )
