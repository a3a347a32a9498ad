from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from accuracy import page
from accuracy.__main__ import main
from accuracy.page import PAGE
from accuracy.verdicts import NOTHING, UNREAD, known_differences, verdicts_of
from bench.corpora import all_corpora
from flake8_celery_get.catalog import all_rules

CODES = {NOTHING} | {rule.code for rule in all_rules() if not rule.code.startswith(UNREAD)}
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


def test_the_page_is_what_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / PAGE.name
    copy.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", copy)
    assert main(["--recorded"]) == 0
    assert copy.read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8")
    copy.write_text(copy.read_text(encoding="utf-8").replace("| CEL102 |", "| CEL1 |"))
    assert main(["--recorded"]) == 0
    assert copy.read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8")


def test_the_page_counts_every_site_that_was_read() -> None:
    text = PAGE.read_text(encoding="utf-8")

    for name in NAMES:
        verdicts = verdicts_of(name)
        sites = sum(verdict.site.code != NOTHING for verdict in verdicts)
        row = re.search(
            rf"^\| {re.escape(name)} \| .+? \| (\d+) \| (\d+) \| (\d+) \|", text, re.M
        )
        assert row is not None, name
        read, right, missed = map(int, row.groups())
        lines = {(verdict.site.path, verdict.site.line) for verdict in verdicts}
        assert (read, right + missed) == (len(lines), sites), name


def test_the_page_counts_every_site_of_a_rule() -> None:
    text = PAGE.read_text(encoding="utf-8")
    verdicts = Counter(v.site.code for name in NAMES for v in verdicts_of(name))
    known = Counter(
        (k.site.code, k.kind) for name in NAMES for k in known_differences(name)
    )

    for code in CODES - {NOTHING}:
        row = re.search(rf"^\| {code} \| (\d+) \| (\d+) \| (\d+) \|$", text, re.M)
        assert row is not None, code
        right, missed, false_positives = map(int, row.groups())
        assert right + missed == verdicts[code], code
        assert (missed, false_positives) == (
            known[code, "missed"],
            known[code, "false positive"],
        ), code


def test_the_page_names_the_rules_that_nobody_read() -> None:
    text = PAGE.read_text(encoding="utf-8")
    sentence = re.search(r"sites of ([^.]+?) have not been reviewed yet\.", text)
    assert sentence is not None
    assert re.split(r"xx,\s+", sentence[1].removesuffix("xx")) == list(UNREAD)


def test_the_page_names_the_rules_without_a_site() -> None:
    text = PAGE.read_text(encoding="utf-8")
    sentence = re.search(r"No corpus contains a site of ([^.]+)\.", text)
    found = {verdict.site.code for name in NAMES for verdict in verdicts_of(name)}

    assert sentence is not None
    assert set(re.split(r",\s+", sentence[1])) == CODES - found
