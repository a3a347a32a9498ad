"""Writes the files that fixes have changed; those that belong together all, or none."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.cli.fixes.applied import CHANGED
from flake8_celery_get.cli.results import FileError, Results
from flake8_celery_get.files.written import write_source
from flake8_celery_get.source.original import original
from flake8_celery_get.source.text import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flake8_celery_get.cli.fixes.applied import Fixed
    from flake8_celery_get.finding import Finding


def written(done: Fixed, first: Iterable[Finding]) -> Results:
    """Write the files; of one that can't be written the ``first`` findings remain."""
    kept = {
        path
        for group in _groups(done)
        if not _are_written(sorted(group), done)
        for path in group
    }
    count = sum(number for path, number in done.counts.items() if path not in kept)
    after = done.results.findings
    remaining = [each for each in after if done.names.get(each.path) not in kept]
    remaining += [each for each in first if done.names.get(each.path) in kept]
    errors = [FileError(path, why) for path, why in done.unwritten.items()]
    return replace(
        done.results,
        findings=tuple(sorted(remaining)),
        errors=tuple(sorted([*done.results.errors, *errors])),
        fixed=count,
        texts={**done.results.texts, **done.texts()} if done.given else {},
    )


def _groups(done: Fixed) -> Iterator[set[str]]:
    """The files on disk that were changed, with those that a fix ties to them."""
    waiting = {path: {path} for path in sorted(done.after.keys() - done.given)}
    for tie in done.tied:
        group = set().union(*(waiting[path] for path in tie))
        waiting |= dict.fromkeys(group, group)
    seen: set[str] = set()
    for path, group in waiting.items():
        if path not in seen:
            seen |= group
            yield group


def _are_written(group: list[str], done: Fixed) -> bool:
    """Write the files of a group; what is written already goes back where one fails."""
    for number, path in enumerate(group):
        if not _is_written(path, done):
            for earlier in group[:number]:
                with suppress(OSError):
                    write_source(earlier, done.before[earlier].octets())
            return False
    return True


def _is_written(path: str, done: Fixed) -> bool:
    try:
        if original(path) != done.before[path]:
            raise SourceError(CHANGED)
        write_source(path, done.after[path].octets())
    except OSError as error:
        done.unwritten[path] = f"cannot be written: {error.strerror}"
    except SourceError as error:
        done.refused[path] = str(error)
    else:
        return True
    return False
