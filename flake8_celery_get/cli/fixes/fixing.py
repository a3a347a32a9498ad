"""``--fix`` and ``--diff``: applies fixes, lints again, until there is nothing more."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from flake8_celery_get.cli.fixes.applied import Fixed, apply
from flake8_celery_get.cli.results import Results
from flake8_celery_get.engine import Engine, collector_off

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flake8_celery_get.choices.baseline import Baseline
    from flake8_celery_get.cli.file_check import FileCheck
    from flake8_celery_get.finding import Finding
    from flake8_celery_get.source.original import Original

MOST_ROUNDS = 20
"""Fixes that touch each other come one after the other; more than this is a circle."""


def fixed(
    check: FileCheck,
    results: Results,
    known: Baseline | None,
    given: Mapping[str, Original] = MappingProxyType({}),
) -> Fixed:
    """Apply fixes to the reported findings, and to what is found then.

    ``given`` are the files that are not read from the disk.
    """
    names = {path: path for path in given}
    done = Fixed(results, names, dict(given), given=frozenset(given))
    for _ in range(MOST_ROUNDS):
        if not apply(done):
            break
        found = _checked_again(check, results, done.texts())
        new = known.without_known(found) if known is not None else found
        done.results = replace(results, findings=tuple(new))
    return done


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
