"""``make bench``: measure what the linter costs and say which targets are met.

The whole takes more than an hour. ``--quick`` takes a few minutes and is less exact.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import MappingProxyType

from bench import command, counts, environments, inside, one_file, page, whole
from bench.corpora import CorpusError
from bench.processes import MeasureError
from bench.rows import Table, as_text
from bench.setting import Setting

CORPORA = ("weblate", "allianceauth", "apache_superset", "mayan_edms", "django")
SECTIONS: MappingProxyType[str, Callable[[Setting], Table]] = MappingProxyType({
    "counts": counts.table,
    "command": command.table,
    "one-file": one_file.table,
    "inside": inside.table,
    "whole": whole.table,
})  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and write the page if asked to; 1 when a target is missed."""
    values = _parser().parse_args(argv)
    if values.quick:
        values.corpus, values.repeat = ["weblate"], 1
    corpora = tuple(values.corpus or CORPORA)
    try:
        tables = list(_measured(values, corpora))
    except (CorpusError, MeasureError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    if values.write:
        page.update(tables, corpora)
    return 1 if any(r.verdict == "missed" for t in tables for r in t.rows) else 0


def _measured(values: argparse.Namespace, corpora: tuple[str, ...]) -> Iterator[Table]:
    plain, ours = environments.plain(), environments.ours()
    with tempfile.TemporaryDirectory() as copies:
        setting = Setting(plain, ours, corpora, values.repeat, values.full, Path(copies))
        for name in values.section or SECTIONS:
            table = SECTIONS[name](setting)
            print(as_text(table), flush=True)
            yield table


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "bench", description="Measure what celery-guard costs."
    )
    parser.add_argument(
        "--section", action="append", choices=SECTIONS, help="only this table"
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
