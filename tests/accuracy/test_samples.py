from __future__ import annotations

import re

import pytest

from accuracy.page import PAGE, summary
from accuracy.samples import samples, then_of
from accuracy.verdicts import NOTHING, known_differences, verdicts_of
from bench.corpora import all_corpora

NAMES = sorted(samples())


def _now(sample: str) -> list[tuple[str, str]]:
    """The outcomes that the verdicts and the known differences say."""
    found: list[tuple[str, str]] = []
    for corpus in samples()[sample]:
        known = {each.site: each.kind for each in known_differences(corpus)}
        sites = {each.site for each in verdicts_of(corpus) if each.site.code != NOTHING}
        found += [(site.code, known.get(site, "right")) for site in sites]
        found += [(site.code, known[site]) for site in known.keys() - sites]
    return found


def test_a_sample_consists_of_known_corpora() -> None:
    names = {corpus.name for corpus in all_corpora()}

    assert all(sample <= names for sample in samples().values())


@pytest.mark.parametrize("sample", NAMES)
def test_the_page_says_what_is_found_of_a_sample_now(sample: str) -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert f"<!-- now {sample} -->\n\n{summary(_now(sample))}\n" in page


@pytest.mark.parametrize("sample", [name for name in NAMES if then_of(name)])
def test_the_page_shows_each_rule_of_a_sample(sample: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = re.search(rf"<!-- sample {sample} -->(.+?)<!-- /sample", page, re.DOTALL)
    assert table is not None
    then, now = then_of(sample), _now(sample)

    for code in {*then, *(code for code, _ in now)}:
        row = re.search(rf"^\| {code} \| (.+) \|$", table[1], re.M)
        assert row is not None, code
        right, missed, false, *shown = map(int, row[1].split(" | "))
        before = then.get(code)
        if before is not None:
            kept = (before.right, before.missed, before.false_positives)
            assert (right, missed, false) == kept
        assert shown == [now.count((code, "right")), now.count((code, "missed"))]
