from __future__ import annotations

import re

import pytest

from accuracy.page import PAGE
from accuracy.verdicts import NOTHING, known_differences, verdicts_of
from bench.corpora import all_corpora

CODES = {NOTHING, *(f"CEL10{digit}" for digit in range(1, 7))}
NAMES = [corpus.name for corpus in all_corpora()]


@pytest.mark.parametrize("name", NAMES)
def test_verdicts_are_sorted_and_each_site_has_one_with_a_reason(name: str) -> None:
    verdicts = verdicts_of(name)
    sites = [verdict.site for verdict in verdicts]

    assert sites == sorted(set(sites))
    assert {site.code for site in sites} <= CODES
    assert all(verdict.note for verdict in verdicts)


@pytest.mark.parametrize("name", NAMES)
def test_a_known_difference_agrees_with_the_verdict_it_differs_from(name: str) -> None:
    truth = {verdict.site for verdict in verdicts_of(name)}

    for known in known_differences(name):
        assert (known.site in truth) == (known.kind == "missed")
        assert known.reason


def test_the_page_counts_every_site_that_was_read() -> None:
    page = PAGE.read_text(encoding="utf-8")

    for name in NAMES:
        verdicts = verdicts_of(name)
        sites = sum(verdict.site.code != NOTHING for verdict in verdicts)
        row = re.search(
            rf"^\| {re.escape(name)} \| .+? \| (\d+) \| (\d+) \| (\d+) \|", page, re.M
        )
        assert row is not None, name
        read, right, missed = map(int, row.groups())
        assert (read, right + missed) == (len(verdicts), sites), name
