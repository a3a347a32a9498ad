"""``make bench``: measure what the linter and the guard cost, and say which targets are met.

The whole takes more than an hour. ``--quick`` takes a few minutes and is less exact.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from bench import cold, command, counts, edits, inside, one_file, page, parts, whole
from bench.corpora import CorpusError
from bench.growth import table as growth
from bench.guard import memory, rates, shares, small_test, start
from bench.processes import MeasureError
from bench.rows import Table, as_text
from bench.setting import Setting

CORPORA = ("weblate", "allianceauth", "apache_superset", "mayan_edms", "django")
SECTIONS: dict[str, Callable[[Setting], Table]] = {
    "counts": counts.table,
    "command": command.table,
    "one-file": one_file.table,
    "cold": cold.table,
    "parts": parts.table,
    "edits": edits.table,
    "growth": growth.table,
    "inside": inside.table,
    "whole": whole.table,
    "guard-rates": rates.table,
    "guard-tests": small_test.table,
    "guard-start": start.table,
    "guard-memory": memory.table,
    "guard-shares": shares.table,
}
GUARD = "guard"
"""Stands for all sections that begin with it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and write the page if asked to; 1 when a target is missed."""
    values = _parser().parse_args(argv)
    if values.quick:
        values.corpus, values.repeat = ["weblate"], 1
    missed = False
    try:
        for table in _measured(values):
            print(as_text(table), flush=True)
            missed |= any(row.verdict == "missed" for row in table.rows)
            if values.write:
                page.update(table)
    except (CorpusError, MeasureError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    return 1 if missed else 0


def _measured(values: argparse.Namespace) -> Iterator[Table]:
    corpora = tuple(values.corpus or CORPORA)
    with tempfile.TemporaryDirectory() as copies:
        setting = Setting(corpora, values.repeat, values.full, Path(copies))
        for name in _wanted(values.section or SECTIONS):
            yield SECTIONS[name](setting)


def _wanted(sections: Iterable[str]) -> Iterator[str]:
    for name in sections:
        if name == GUARD:
            yield from (each for each in SECTIONS if each.startswith(f"{GUARD}-"))
        else:
            yield name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "bench", description="Measure what celery-guard costs."
    )
    parser.add_argument(
        "--section", action="append", choices=(*SECTIONS, GUARD), help="only this table"
    )
    parser.add_argument(
        "--corpus", action="append", choices=CORPORA, help="only on this one"
    )
    parser.add_argument("--repeat", type=_count, default=5, metavar="N", help="default: 5")
    parser.add_argument("--quick", action="store_true", help="weblate, everything once")
    parser.add_argument("--full", action="store_true", help="flake8-async on every corpus")
    parser.add_argument(
        "--write", action="store_true", help="put the result into docs/cost.md"
    )
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 on")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
