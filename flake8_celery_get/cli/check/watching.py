"""``--watch``: checks again whenever a file changes, until Ctrl-C."""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace
from typing import TYPE_CHECKING, NoReturn

from flake8_celery_get.cli.check import command
from flake8_celery_get.cli.outcome import BROKEN, Outcome, UsageError
from flake8_celery_get.cli.settings.project import configured
from flake8_celery_get.cli.settings.settled import settle
from flake8_celery_get.cli.terminal.streams import complain, deliver
from flake8_celery_get.project.files import (
    files_beside,
    python_files,
    root_of,
    stamp_of,
    top_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_celery_get.project.files import Stamp

PATIENCE = 0.3
"""Seconds between two looks at the files."""

HASTE = 0.1
"""The same after a change, which may go on: a file is emptied before it is written."""

WORK = 20
"""So many times longer than a look takes, nothing is done after it."""

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"


def watch(values: Namespace) -> NoReturn:
    """Check, and check again after each change; raises `UsageError` for what never can."""
    settle(_copy(values), configured(values))
    while True:
        before = _seen(values)
        if sys.stdout is not None and sys.stdout.isatty():
            print(_CLEAR, end="")
        deliver(_outcome(values))
        complain("watching for changes; press Ctrl-C to stop")
        _wait(values, before)


def _copy(values: Namespace) -> Namespace:
    return Namespace(**vars(values))


def _outcome(values: Namespace) -> Outcome:
    try:
        return command.run(_copy(values))
    except UsageError as error:  # pyproject.toml may be half written
        return Outcome(BROKEN, complaints=(str(error),))


def _wait(values: Namespace, before: dict[str, object]) -> None:
    """Return when files have changed, and nobody is writing them any more."""
    last = before
    while True:
        begun = time.monotonic()
        seen = _seen(values)
        if seen != before and seen == last:
            return
        is_calm = seen == before
        last = seen
        time.sleep(max(PATIENCE if is_calm else HASTE, (time.monotonic() - begun) * WORK))


def _seen(values: Namespace) -> dict[str, object]:
    """What findings depend on: the files of the projects, with their stamps."""
    seen: dict[str, object] = dict(_named(values))
    top = top_of(values.paths)
    folders = {os.path.dirname(os.path.abspath(path)) for path in seen}
    for root in {root_of(folder, top) for folder in folders}:
        seen |= python_files(root)
        seen |= files_beside(root)
    return seen


def _named(values: Namespace) -> Iterator[tuple[str, Stamp | None]]:
    for path in (*values.paths, values.config, values.baseline):
        if path and os.path.isdir(path):
            yield os.path.join(path, ""), None
        elif path:
            yield path, stamp_of(path)
