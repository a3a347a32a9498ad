"""``python -m accuracy [--update | --recorded | --old-names] [CORPUS …]``: a table.

The exit code is 1 where something differs. ``--recorded`` writes the page from what is recorded,
without a comparison. ``--old-names`` compares CEL8 with a search by text instead (``old_names``).
"""

from __future__ import annotations

import sys

from accuracy import old_names, page
from accuracy.check import Comparison, compare, recorded
from bench.corpora import CorpusError, all_corpora, fetch

ROW = "{:<50} {:>10} {:>6} {:>6} {:>12}"
UPDATE, RECORDED, OLD_NAMES = OPTIONS = "--update", "--recorded", "--old-names"


def main(arguments: list[str]) -> int:
    """Compare the wanted corpora, or all of them; ``--update`` also writes the page."""
    wanted = [argument for argument in arguments if argument not in OPTIONS]
    if OLD_NAMES in arguments:
        return old_names.main(wanted)
    if RECORDED in arguments:
        page.update(recorded(corpus.name) for corpus in all_corpora())
        return 0
    names = wanted or [corpus.name for corpus in all_corpora()]
    print(ROW.format("corpus", "read", "right", "missed", "false positives"))
    try:
        compared = [_shown(compare(name, fetch(name))) for name in names]
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 2
    if UPDATE in arguments and not wanted:
        page.update(compared)
    return 1 if any(comparison.surprises() for comparison in compared) else 0


def _shown(comparison: Comparison) -> Comparison:
    counts = (comparison.right, comparison.missed, comparison.false_positives)
    print(ROW.format(comparison.corpus, comparison.read, *map(len, counts)), flush=True)
    for surprise in comparison.surprises():
        print(f"    {surprise}")
    return comparison


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
