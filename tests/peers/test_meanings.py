"""Which rules are compared, and what was reviewed for it."""

from __future__ import annotations

import re
from pathlib import Path

from accuracy.verdicts import NOTHING, rows_of, verdicts_of
from bench.corpora import all_corpora
from flake8_celery_get.catalog import find
from peers.judged import JUDGED, judged
from peers.meanings import MEANINGS
from peers.tools.audit import AUDITED

DOCS = Path(__file__).parent.parent.parent / "docs"
NAMES = {corpus.name for corpus in all_corpora()}
CODES = {meaning.code for meaning in MEANINGS}


def counterparts(page: str) -> set[tuple[str, str]]:
    """The rules of a peer with ours, as the page for its users maps them."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return set(re.findall(r"^\| ((?:CEL0|PIE)\d+).*?\| (CEL\d+) ", text, re.MULTILINE))


def test_each_rule_exists_once() -> None:
    assert len(CODES) == len(MEANINGS)
    assert all(find(code).code == code for code in CODES)


def test_the_pages_for_users_of_the_peers_map_the_same_rules() -> None:
    mapped = {(theirs, m.code) for m in MEANINGS for theirs in (*m.audit, *m.pie)}
    pages = ("coming-from-celery-audit.md", "coming-from-flake8-pie.md")
    assert mapped == set().union(*map(counterparts, pages))


def test_a_judgement_is_about_a_rule_that_is_compared_and_has_a_reason() -> None:
    rows = list(rows_of(JUDGED))
    places = [(row["corpus"], row["path"], row["line"], row["code"]) for row in rows]
    assert len(set(places)) == len(places)
    assert {row["corpus"] for row in rows} <= NAMES
    assert {row["code"] for row in rows} <= CODES
    assert {row["verdict"] for row in rows} == {"right", "false"}
    assert all(row["note"] for row in rows)


def test_a_judgement_does_not_contradict_a_verdict() -> None:
    for name in sorted({row["corpus"] for row in rows_of(JUDGED)}):
        truth = {v.site for v in verdicts_of(name) if v.site.code != NOTHING}
        assert not [each for each in judged(name) if each.site in truth and not each.right]


def test_the_configurations_are_of_corpora() -> None:
    rows = list(rows_of(AUDITED))
    assert {row["corpus"] for row in rows} <= NAMES
    assert all(row["root"] and row["modules"] for row in rows)
