"""Writes what was compared into ``docs/accuracy.md``, so that nobody copies numbers by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path

from accuracy.check import Comparison
from accuracy.verdicts import UNREAD, known_differences
from bench.corpora import all_corpora
from flake8_celery_get.catalog import all_rules

SITES = (attrgetter("right"), attrgetter("missed"), attrgetter("false_alarms"))
PAGE = Path(__file__).parent.parent / "docs" / "accuracy.md"


def update(comparisons: Iterable[Comparison]) -> None:
    """Replace the three tables of the page."""
    done = list(comparisons)
    text = PAGE.read_text(encoding="utf-8")
    text = _between("counts", "\n".join(_counts(done)), text)
    text = _between("rules", "\n".join(_rules(done)), text)
    text = _between("differences", "\n".join(_differences(done)), text)
    PAGE.write_text(text, encoding="utf-8")


def _between(name: str, table: str, text: str) -> str:
    pattern = rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)"
    return re.sub(pattern, lambda m: f"{m[1]}\n{table}\n{m[2]}", text, flags=re.DOTALL)


def _counts(comparisons: list[Comparison]) -> list[str]:
    kinds = {corpus.name: corpus.kind for corpus in all_corpora()}
    rows = [(c.corpus, kinds[c.corpus], *_numbers(c)) for c in comparisons]
    sums = [sum(column) for column in zip(*map(_numbers, comparisons), strict=True)]
    return [
        "| corpus | kind | lines read | right | missed | false alarms |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        *("| {} | {} | {} | {} | {} | {} |".format(*row) for row in rows),
        "| **all** | | {} | {} | {} | {} |".format(*sums),
    ]


def _rules(comparisons: list[Comparison]) -> list[str]:
    columns = [
        Counter(site.code for comparison in comparisons for site in sites(comparison))
        for sites in SITES
    ]
    codes = [rule.code for rule in all_rules() if not rule.code.startswith(UNREAD)]
    rows = ((code, *(column[code] for column in columns)) for code in codes)
    return [
        "| rule | right | missed | false alarms |",
        "| --- | ---: | ---: | ---: |",
        *("| {} | {} | {} | {} |".format(*row) for row in rows),
    ]


def _numbers(comparison: Comparison) -> tuple[int, int, int, int]:
    right, missed, false_alarms = (len(sites(comparison)) for sites in SITES)
    return comparison.read, right, missed, false_alarms


def _differences(comparisons: list[Comparison]) -> list[str]:
    rows = [
        f"| {known.kind} | {known.corpus} | `{known.site.path}:{known.site.line}` "
        f"| {known.site.code} | {known.reason} |"
        for comparison in comparisons
        for known in known_differences(comparison.corpus)
    ]
    return [
        "| what | corpus | where | code | why |",
        "| --- | --- | --- | --- | --- |",
        *rows,
    ]
