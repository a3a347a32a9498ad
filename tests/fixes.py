"""Fixes as tests apply them: all of a project, as the command would."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from flake8_celery_get.choices.selection import Selection
from flake8_celery_get.cli.file_check import FileCheck
from flake8_celery_get.cli.fixes.applied import Fixed
from flake8_celery_get.cli.fixes.fixing import fixed
from flake8_celery_get.cli.results import Results
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options


def fixes(options: Options, paths: Iterable[Path], *, unsafe: bool) -> Fixed:
    """What the fixes of these files come to; nothing is written."""
    check = FileCheck(options, Selection(("", *options.opinions)))
    engine = Engine(options)
    names = [str(path) for path in paths]
    results = Results.of([check.run(engine, name) for name in names])
    asked = replace(results, applies_unsafe=unsafe, checked_paths=frozenset(names))
    return fixed(check, asked, None)


def texts(done: Fixed) -> Mapping[Path, str]:
    """The new text of each changed file."""
    return {Path(path): after.text for path, after in done.after.items()}


def comments(text: str) -> list[str]:
    """All comments, in order."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]
