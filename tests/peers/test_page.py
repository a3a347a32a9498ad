"""The page shows what was compared."""

from __future__ import annotations

import re

from accuracy.verdicts import rows_of
from peers.judged import JUDGED
from peers.meanings import MEANINGS
from peers.page import PAGE

ROW = re.compile(
    r"^\| (CEL\d+) \| (\d+) \| ([^|]+) \| ([^|]+) \| (\d+) \| (\d+) \| (\d+) \|$",
    re.MULTILINE,
)


def test_the_page_has_a_row_for_each_rule_of_each_tool() -> None:
    shown = [(code, tool, codes) for code, _, tool, codes, *_ in ROW.findall(page())]
    assert shown == [
        (meaning.code, tool, ", ".join(codes))
        for meaning in MEANINGS
        for tool, codes in meaning.codes().items()
    ]


def test_the_tools_of_a_rule_are_compared_on_the_same_places() -> None:
    sums: dict[str, set[tuple[str, int]]] = {}
    for code, projects, _, _, found, _, missed in ROW.findall(page()):
        sums.setdefault(code, set()).add((projects, int(found) + int(missed)))
    assert {code: len(each) for code, each in sums.items()} == dict.fromkeys(sums, 1)


def test_the_page_counts_no_more_than_was_judged() -> None:
    read = [row["code"] for row in rows_of(JUDGED)]
    for code, _, _, _, _, false, _ in ROW.findall(page()):
        assert int(false) <= read.count(code), code


def page() -> str:
    """The text of the page."""
    return PAGE.read_text(encoding="utf-8")
