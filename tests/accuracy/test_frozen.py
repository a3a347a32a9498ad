from __future__ import annotations

import re

import pytest

from accuracy.frozen import Figures, figures_of, frozen_corpora, frozen_sites
from accuracy.page import PAGE
from accuracy.verdicts import verdicts_of
from bench.corpora import all_corpora


def test_a_frozen_outcome_agrees_with_the_verdict_on_its_site() -> None:
    names = {corpus.name for corpus in all_corpora()}

    assert set(frozen_corpora()) <= names
    for frozen in frozen_sites():
        truth = {verdict.site for verdict in verdicts_of(frozen.corpus)}
        assert (frozen.site in truth) == (frozen.outcome != "false positive"), frozen


@pytest.mark.parametrize(
    ("group", "start"), [("waiting rules, CEL1xx", "CEL1"), ("all default rules", "CEL")]
)
def test_the_page_shows_the_frozen_figures(group: str, start: str) -> None:
    sites = [each for each in frozen_sites() if each.site.code.startswith(start)]
    found = figures_of(each.outcome for each in sites)
    page = PAGE.read_text(encoding="utf-8")

    row = re.search(rf"^\| frozen half, then \| {group} \| (.+) \|$", page, re.M)

    assert row is not None
    assert row[1].split(" | ") == [
        str(found.right),
        str(found.missed),
        str(found.false_positives),
        f"{found.recall:.3f}",
        f"{found.precision:.3f}",
    ]


def test_recall_and_precision() -> None:
    figures = figures_of(
        ["right", "right", "right", "missed", "false positive", "false positive"]
    )

    assert figures == Figures(3, 1, 2)
    assert (figures.recall, figures.precision) == (0.75, 0.6)
    assert Figures(0, 0, 0).recall == 1
