"""``--fix`` and ``--diff``: applies fixes, lints again, until there is nothing more."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.cli.check.results import FileError, Results
from flake8_celery_get.cli.fixes.one_name import chosen_names
from flake8_celery_get.engine import Engine, collector_off
from flake8_celery_get.files.edited import apart, edited, fits
from flake8_celery_get.files.written import is_inside, write_source
from flake8_celery_get.source.original import Original, original
from flake8_celery_get.source.outline import parse
from flake8_celery_get.source.text import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flake8_celery_get.choices.baseline import Baseline
    from flake8_celery_get.cli.check.file_check import FileCheck
    from flake8_celery_get.finding import Finding, Fix
    from flake8_celery_get.project.files import Stamp

MOST_ROUNDS = 20
"""Fixes that touch each other come one after the other; more than this is a circle."""

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
    that were ``given`` are not on disk: ``before`` holds them from the start.
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


def fixed(
    check: FileCheck,
    results: Results,
    known: Baseline | None,
    given: Mapping[str, Original] = MappingProxyType({}),
) -> Fixed:
    """Apply fixes to the reported findings, and to what is found then.

    ``given`` are the files that are not read from the disk.
    """
    names = chosen_names({each.path for each in results.findings} - given.keys())
    names |= {path: path for path in given}
    done = Fixed(results, names, dict(given), given=frozenset(given))
    for _ in range(MOST_ROUNDS):
        if not _apply(done):
            break
        found = _checked_again(check, results, done.texts())
        new = known.without_known(found) if known is not None else found
        done.results = replace(results, findings=tuple(new))
    return done


def _apply(done: Fixed) -> bool:
    """Apply what can be applied at once; tell whether that was anything."""
    fixes: dict[str, dict[Mark, Fix]] = {}
    for finding in done.results.findings:
        is_chosen = done.names.get(finding.path) == finding.path
        if is_chosen and finding.fix is not None and done.results.is_fixable(finding):
            mark = _mark(finding, finding.fix)
            if mark not in done.tried:
                fixes.setdefault(finding.path, {})[mark] = finding.fix
    wanted = fixes.keys() - done.complaints.keys()
    return sum(_apply_to(path, fixes[path], done) for path in sorted(wanted)) > 0


def _mark(finding: Finding, fix: Fix) -> Mark:
    """What tells a fix from all others, also when lines have moved."""
    return (finding.path, finding.fingerprint, *(edit.text for edit in fix.edits))


def _apply_to(path: str, fixes: Mapping[Mark, Fix], done: Fixed) -> bool:
    chosen = apart(fixes.values())
    try:
        if path not in done.before:
            done.before[path] = _as_it_was(path, done.results.stamps.get(path))
    except SourceError as error:
        done.refused[path] = str(error)
        return False
    if path not in done.given and not is_inside(path, os.path.realpath(path)):
        done.unwritten[path] = OUTSIDE
        return False
    before = done.after.get(path, done.before[path])
    if not all(fits(fix, before) for fix in chosen):
        done.refused[path] = "a fix is for another text; please report it"
        return False
    after = edited(before, chosen)
    try:
        parse(after.text)
        after.octets()
    except (SourceError, UnicodeEncodeError) as error:
        done.refused[path] = f"a fix would break the file ({error}); please report it"
        return False
    applied = {mark for mark, fix in fixes.items() if fix in chosen}  # several may be one
    done.tried |= applied
    done.after[path] = after
    done.counts[path] = done.counts.get(path, 0) + len(applied)
    return True


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


def _checked_again(
    check: FileCheck, results: Results, texts: dict[str, str]
) -> tuple[Finding, ...]:
    """Lint what was changed, and what had findings before."""
    engine = Engine(check.options)
    engine.take(texts)
    paths = sorted({*texts, *(finding.path for finding in results.findings)})
    with collector_off():
        reports = [check.run(engine, path, texts.get(path)) for path in paths]
    return Results.of(reports).findings


def written(done: Fixed, first: Iterable[Finding]) -> Results:
    """Write the files; of one that can't be written the ``first`` findings remain."""
    on_disk = done.after.keys() - done.given
    kept = {path for path in sorted(on_disk) if not _is_written(path, done)}
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
