"""Which files are checked, and which rules: by command line, else by pyproject.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get import catalog
from flake8_celery_get.cli.files import python_files
from flake8_celery_get.cli.outcome import UsageError
from flake8_celery_get.cli.project_options import where
from flake8_celery_get.selection import Selection, SelectionError, per_file_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from flake8_celery_get.configuration import Configuration


def files(values: argparse.Namespace, said: Configuration) -> list[str]:
    """Return the files to check."""
    given = values.exclude
    patterns = list(said.exclude) if given is None else given.split(",")
    return python_files(values.paths, patterns)


def selection(values: argparse.Namespace, said: Configuration) -> Selection:
    """Return the codes to report; raises `UsageError`."""
    try:
        return Selection.parse(
            catalog.codes(),
            _chosen(values.select, said.select),
            _chosen(values.ignore, said.ignore),
            _chosen(values.extend_select, said.extend_select),
            per_file_of(said.folder, said.per_file_ignores),
        )
    except SelectionError as error:
        is_typed = getattr(values, error.option) is not None
        raise UsageError(f"{where(error.option, is_typed)}: {error}") from None


def _chosen(typed: str | None, said: Sequence[str] | None) -> str | None:
    if typed is not None or said is None:
        return typed
    return ",".join(said)
