"""``python -m accuracy [CORPUS …]``: a table; exit 1 when something is not as recorded."""

from __future__ import annotations

import sys

from accuracy.check import Comparison, compare
from bench.corpora import CorpusError, all_corpora, fetch

ROW = "{:<50} {:>10} {:>6} {:>6} {:>12}"


def main(wanted: list[str]) -> int:
    """Compare the wanted corpora, or all of them."""
    names = wanted or [corpus.name for corpus in all_corpora()]
    print(ROW.format("corpus", "read", "right", "missed", "false alarms"))
    try:
        surprises = sum(_report(compare(name, fetch(name))) for name in names)
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 2
    return 1 if surprises else 0


def _report(comparison: Comparison) -> int:
    counts = (comparison.right, comparison.missed, comparison.false_alarms)
    print(ROW.format(comparison.corpus, comparison.read, *map(len, counts)))
    surprises = comparison.surprises()
    for surprise in surprises:
        print(f"    {surprise}")
    return len(surprises)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
