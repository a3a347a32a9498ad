"""``--baseline`` and ``--write-baseline``: only what is new is reported."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.choices import baseline
from flake8_celery_get.cli.outcome import UsageError
from flake8_celery_get.cli.results import INTERNAL_ERROR
from flake8_celery_get.cli.terminal.counting import counted
from flake8_celery_get.cli.terminal.paths import shown_path
from flake8_celery_get.files.written import Refused, is_inside, write
from flake8_celery_get.options import BASELINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_celery_get.choices.selection import Selection
    from flake8_celery_get.cli.results import Results
    from flake8_celery_get.finding import Finding


def read(path: str) -> baseline.Baseline:
    """Read a baseline that has to be there. Raises `UsageError`."""
    try:
        return baseline.read(path)
    except FileNotFoundError:
        reason = "there is no such file; --write-baseline creates it"
        raise UsageError(f"--baseline: {shown_path(path)}: {reason}") from None
    except (OSError, baseline.BaselineError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"--baseline: {shown_path(path)}: {reason}") from None


def only_new(
    results: Results,
    known: baseline.Baseline,
    files: Sequence[str],
    selection: Selection,
) -> tuple[Results, tuple[str, ...]]:
    """Return the results without what the baseline knows, and what to say about it."""
    new = tuple(known.without_known(results.findings))
    fixed = _fixed(known, results.findings, files, selection)
    verb, them = ("is", "it") if len(fixed) == 1 else ("are", "them")
    told = (
        f"{counted(len(fixed), 'finding')} in the baseline {verb} fixed; "
        f"--write-baseline removes {them}"
    )
    count = len(results.findings) - len(new)
    return replace(results, findings=new, known=count), (told,) if fixed else ()


def renew(results: Results, path: str, files: Sequence[str], selection: Selection) -> str:
    """Write the baseline anew, by default in this folder; return what was done.

    Raises `UsageError`.
    """
    path = path or os.path.abspath(BASELINE)
    before = (
        read(path) if os.path.exists(path) else baseline.Baseline(os.path.dirname(path))
    )
    findings = [each for each in results.findings if each.code != INTERNAL_ERROR]
    fixed = _fixed(before, findings, files, selection)
    added = len(before.without_known(findings))
    after = before.renewed(findings, fixed)
    try:
        _write(path, after.text())
    except OSError as error:
        raise UsageError(f"cannot write {shown_path(path)}: {error.strerror}") from None
    counts = f"{len(after.entries)} recorded, {added} new, {len(fixed)} removed"
    return f"{shown_path(path)}: {counts}\n"


def _write(path: str, text: str) -> None:
    """Write a baseline, but not through a link that a checkout brings along."""
    if not is_inside(path, os.path.realpath(path)):
        raise Refused("it is a link out of the project")
    write(path, text)


def _fixed(
    known: baseline.Baseline,
    findings: Sequence[Finding],
    files: Sequence[str],
    selection: Selection,
) -> list[baseline.Known]:
    """Return what is found no more, of the codes that were looked for."""
    return [each for each in known.fixed(findings, files) if selection.has(each.code)]
