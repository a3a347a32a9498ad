"""Fixes that are applied to texts: all edits of one, in each of its files, or none."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.files.edited import apart, edited, fits
from flake8_celery_get.files.one_name import chosen_names
from flake8_celery_get.files.written import check_writable, is_inside
from flake8_celery_get.source.original import Original, original
from flake8_celery_get.source.outline import parse
from flake8_celery_get.source.text import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flake8_celery_get.cli.results import Results
    from flake8_celery_get.files.edited import Change
    from flake8_celery_get.finding import Edit, Finding, Fix
    from flake8_celery_get.project.files import Stamp

Mark: TypeAlias = "tuple[str, ...]"
CHANGED = "has changed since it was checked, and was skipped"
OUTSIDE = "cannot be written: it is a link out of the project"


@dataclass(slots=True)
class Fixed:
    """What the fixes come to, with nothing written yet. ``after`` has the changed files.

    ``names`` has for each path the one that stands for its file: links are not changed
    beside what they lead to. ``counts`` are the fixes of each file. ``refused`` says why
    some file gets none, ``unwritten`` why it can't be written. ``tried`` tells fixes that
    were applied from others: one that does not help is not applied again and again. Files
    that were ``given`` are not on disk: ``before`` holds them from the start. Files that are
    ``tied`` by a fix are written together.
    """

    results: Results
    names: dict[str, str] = field(default_factory=dict)
    before: dict[str, Original] = field(default_factory=dict)
    after: dict[str, Original] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    unwritten: dict[str, str] = field(default_factory=dict)
    tried: set[Mark] = field(default_factory=set)
    given: frozenset[str] = frozenset()
    tied: set[frozenset[str]] = field(default_factory=set)

    @property
    def count(self) -> int:
        """How many fixes there are."""
        return sum(self.counts.values())

    @property
    def complaints(self) -> dict[str, str]:
        """What to tell about each file that is left as it was."""
        return {**self.refused, **self.unwritten}

    def texts(self) -> dict[str, str]:
        """The texts after the fixes, by every name of their files."""
        names = {**self.names, **{path: path for path in self.after}}
        return {
            name: self.after[path].text
            for name, path in names.items()
            if path in self.after
        }


def apply(done: Fixed) -> bool:
    """Apply what can be applied at once; tell whether that was anything."""
    _name_files(done)
    wanted = {mark: change for mark, change in _wanted(done) if _is_ready(change, done)}
    while wanted:
        chosen = apart(wanted.values())
        after = _texts_after(chosen, done)
        if after is not None:
            _note(done, after, [mark for mark in wanted if wanted[mark] in chosen], chosen)
            return True
        refused = done.complaints.keys()
        wanted = {mark: each for mark, each in wanted.items() if not each.keys() & refused}
    return False


def _name_files(done: Fixed) -> None:
    """Tell which name stands for each file; that of a file which is known stays."""
    paths = {
        path
        for each in done.results.findings
        for path in (each.path, *(each.fix.by_file(each.path) if each.fix else ()))
    }
    new = paths - done.names.keys()
    if new:
        found = chosen_names((paths | done.names.keys()) - done.given)
        kept = {found.get(path, path): name for path, name in done.names.items()}
        done.names |= {path: kept.get(found[path], found[path]) for path in new}


def _wanted(done: Fixed) -> Iterator[tuple[Mark, Change]]:
    for finding in done.results.findings:
        is_chosen = done.names.get(finding.path) == finding.path
        if is_chosen and finding.fix is not None and done.results.is_fixable(finding):
            mark = _mark(finding, finding.fix)
            if mark not in done.tried:
                yield mark, _change(finding, finding.fix, done)


def _mark(finding: Finding, fix: Fix) -> Mark:
    """What tells a fix from all others, also when lines have moved."""
    edits = (edit for each in fix.by_file(finding.path).values() for edit in each)
    return (finding.path, finding.fingerprint, *(edit.text for edit in edits))


def _change(finding: Finding, fix: Fix, done: Fixed) -> Change:
    """The edits by the names that stand for the files: those of a link are the same."""
    by_file = fix.by_file(finding.path)
    return {done.names[path]: tuple(dict.fromkeys(by_file[path])) for path in by_file}


def _is_ready(change: Change, done: Fixed) -> bool:
    """Whether all files of a fix can be changed; why not, is told of each."""
    is_alone = len(change) == 1
    ready = [_can_change(path, done, is_alone=is_alone) for path in sorted(change)]
    return all(ready)


def _can_change(path: str, done: Fixed, *, is_alone: bool) -> bool:
    if path in done.complaints:
        return False
    if path in done.given:
        return True
    try:
        if path not in done.before:
            done.before[path] = _as_it_was(path, done.results.stamps.get(path))
        if not is_alone:
            check_writable(path)
    except SourceError as error:
        done.refused[path] = str(error)
    except OSError as error:
        done.unwritten[path] = f"cannot be written: {error.strerror}"
    else:
        if is_inside(path, os.path.realpath(path)):
            return True
        done.unwritten[path] = OUTSIDE
    return False


def _texts_after(chosen: Iterable[Change], done: Fixed) -> dict[str, Original] | None:
    """The new text of each file; None where one is refused, and others have to be chosen."""
    edits: dict[str, list[Edit]] = {}
    for change in chosen:
        for path, theirs in change.items():
            edits.setdefault(path, []).extend(theirs)
    after = {path: _text_after(path, edits[path], done) for path in sorted(edits)}
    made = {path: text for path, text in after.items() if text is not None}
    return made if len(made) == len(after) else None


def _text_after(path: str, edits: list[Edit], done: Fixed) -> Original | None:
    before = done.after.get(path, done.before[path])
    if not fits(edits, before):
        done.refused[path] = "a fix is for another text; please report it"
        return None
    after = edited(before, edits)
    try:
        parse(after.text)
        after.octets()
    except (SourceError, UnicodeEncodeError) as error:
        done.refused[path] = f"a fix would break the file ({error}); please report it"
        return None
    return after


def _note(
    done: Fixed,
    after: dict[str, Original],
    applied: Iterable[Mark],
    chosen: Iterable[Change],
) -> None:
    for mark in applied:
        done.counts[mark[0]] = done.counts.get(mark[0], 0) + 1
        done.tried.add(mark)
    done.after |= after
    done.tied |= {frozenset(change) for change in chosen if len(change) > 1}


def _as_it_was(path: str, stamp: Stamp | None) -> Original:
    before = original(path)
    if stamp is not None and _stamp(path) != stamp:
        raise SourceError(CHANGED)
    return before


def _stamp(path: str) -> Stamp | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
