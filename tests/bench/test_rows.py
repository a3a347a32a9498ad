from __future__ import annotations

import pytest

from bench.page import replaced
from bench.rows import Row, Table, as_markdown, as_text, shown

TABLE = Table(
    "command",
    ("weblate",),
    "one run",
    (Row("cold", 1.499, "s", 1.5), Row("warm", 0.31, "s", 0.3), Row("files", 1512)),
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0312, "%", "0.03 %"),
        (12.34, "ms", "12.3 ms"),
        (1234.5, "ms", "1,234 ms"),
        (-3.21, "%", "-3.21 %"),
        (1512, "", "1,512"),
    ],
)
def test_numbers_show_three_digits_and_counts_are_whole(
    value: float, unit: str, text: str
) -> None:
    assert shown(value, unit) == text


def test_a_target_is_met_up_to_its_limit() -> None:
    assert [row.verdict for row in TABLE.rows] == ["met", "missed", ""]
    assert Row("cold", 1.5, "s", 1.5).verdict == "met"


def test_a_terminal_shows_columns() -> None:
    assert as_text(TABLE).splitlines() == [
        "command: one run",
        "  what   measured    target  verdict",
        "  cold     1.50 s  ≤ 1.50 s  met",
        "  warm     0.31 s  ≤ 0.30 s  missed",
        "  files     1,512",
    ]


def test_the_page_shows_the_same() -> None:
    assert as_markdown(TABLE).splitlines() == [
        "one run",
        "",
        "| what | measured | target | verdict |",
        "| --- | ---: | ---: | --- |",
        "| cold | 1.50 s | ≤ 1.50 s | met |",
        "| warm | 0.31 s | ≤ 0.30 s | missed |",
        "| files | 1,512 |  |  |",
    ]


def test_only_the_measured_section_is_replaced() -> None:
    page = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n<!-- y -->\nkept\n<!-- /y -->\n"
    once = replaced(page, "x", "new")
    assert once == page.replace("\nold\n", "\n\nnew\n\n")
    assert replaced(once, "x", "new") == once
