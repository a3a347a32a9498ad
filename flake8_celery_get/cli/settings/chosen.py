"""Which files are checked, and which rules: by command line, else by pyproject.toml."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flake8_celery_get import catalog
from flake8_celery_get.choices.selection import (
    PerFile,
    Selection,
    SelectionError,
    per_file_of,
)
from flake8_celery_get.cli.outcome import UsageError
from flake8_celery_get.cli.settings.files import python_files
from flake8_celery_get.cli.settings.project import where
from flake8_celery_get.printing.near_misses import did_you_mean

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from flake8_celery_get.choices.configuration import Configuration

STDIN = "-"
DEFAULT_PATHS = (".",)


def files(values: argparse.Namespace, said: Configuration) -> list[str]:
    """Return the files to check."""
    if path := stdin_file(values):
        return [path]
    return python_files(values.paths, excluded(values, said))


def stdin_file(values: argparse.Namespace) -> str:
    """Return the file that standard input stands for; nothing where that is not checked.

    Raises `UsageError` for other files beside it.
    """
    if STDIN not in values.paths and values.stdin_filename is None:
        return ""
    others = [path for path in values.paths if path not in {STDIN, *DEFAULT_PATHS}]
    if others:
        raise UsageError(f"standard input can't be checked together with {others[0]}")
    return os.path.abspath(values.stdin_filename or STDIN)


def excluded(values: argparse.Namespace, said: Configuration) -> list[str]:
    """Return the patterns of files and folders to skip."""
    patterns = said.exclude or () if values.exclude is None else values.exclude.split(",")
    return [*patterns, *said.extend_exclude, *(values.extend_exclude or "").split(",")]


def selection(values: argparse.Namespace, said: Configuration) -> Selection:
    """Return the codes to report; raises `UsageError`."""
    try:
        return Selection.parse(
            catalog.codes(),
            rules(values.select, said.select, with_opinions=True),
            rules(values.ignore, said.ignore),
            rules(values.extend_select, said.extend_select, with_opinions=True),
            per_file(values, said),
        )
    except SelectionError as error:
        is_typed = getattr(values, error.option) is not None
        place = where(error.option, said, is_typed=is_typed)
        raise UsageError(f"{place}: {error}{_hint(error.prefix)}") from None


def rules(
    typed: str | None, said: Sequence[str] | None, *, with_opinions: bool = False
) -> str | None:
    """Return a list of codes and prefixes; None where nobody says which."""
    words = said if typed is None else _words(typed)
    if words is None:
        return None
    return ",".join(catalog.as_codes(words, with_opinions=with_opinions))


def per_file(values: argparse.Namespace, said: Configuration) -> PerFile | None:
    """Return which codes are left out in which files; raises `UsageError`."""
    if values.per_file_ignores is None:
        return per_file_of(said.folder, said.per_file_ignores)
    table: dict[str, list[str]] = {}
    pattern = ""
    for word in _words(values.per_file_ignores):
        before, colon, code = word.rpartition(":")
        pattern = before if colon else pattern
        if not pattern:
            reason = f"{word!r} has no pattern; write `pattern:CODE`"
            raise UsageError(f"--per-file-ignores: {reason}")
        table.setdefault(pattern, []).extend([code] if code else [])
    codes = {each: _checked(words) for each, words in table.items()}
    return per_file_of(os.getcwd(), codes)


def _checked(words: Iterable[str]) -> tuple[str, ...]:
    try:
        return Selection.parse(
            catalog.codes(), ignore=",".join(catalog.as_codes(words))
        ).ignore
    except SelectionError as error:
        raise UsageError(f"--per-file-ignores: {error}{_hint(error.prefix)}") from None


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _hint(word: str) -> str:
    """What was probably meant by a word that is no code of the linter."""
    names = catalog.names()
    if word.upper() in names:
        return f"; did you mean {word.upper()}?"
    # Imported here: only a mistake needs the pages.
    from flake8_celery_get.pages.page import all_pages

    if any(word in {page.code, page.name} for page in all_pages()):
        return f"; `celery-guard explain {word}` says when it is reported"
    return did_you_mean(word.lower(), names.values())
