from __future__ import annotations

import pytest

from flake8_celery_get.cli.reports.snippet import CUT, WIDTH, snippet


@pytest.mark.parametrize(
    ("line", "marked", "shown", "carets"),
    [
        ("x = r.get()", "r.get()", "x = r.get()", "    ^^^^^^^"),
        ("\tr.get()", "r.get()", "    r.get()", "    ^^^^^^^"),
        ("'é', r.get()", "r.get()", "'é', r.get()", "     ^^^^^^^"),
        ("'日本', r.get()", "r.get()", "'日本', r.get()", "        ^^^^^^^"),
        ("日.get()", "日.get()", "日.get()", "^^^^^^^^"),
        ("'e\u0301', r()", "r()", "'e\u0301', r()", "     ^^^"),
        ("\x0cr.get()", "r.get()", " r.get()", " ^^^^^^^"),
        ("'\x1b[31m', r()", "r()", "'\ufffd[31m', r()", "         ^^^"),
        ("'\u202e', r()", "r()", "'\ufffd', r()", "     ^^^"),
    ],
)
def test_carets_stand_below_what_they_mark(
    line: str, marked: str, shown: str, carets: str
) -> None:
    start = line.index(marked)
    assert snippet(line, start, start + len(marked)) == (shown, carets)


@pytest.mark.parametrize("before", [0, 20, 60, 95, 150, 900])
@pytest.mark.parametrize("after", [0, 20, 900])
def test_cuts_a_long_line_around_the_carets(before: int, after: int) -> None:
    line = "a" * before + "r.get()" + "b" * after
    shown, carets = snippet(line, before, before + 7)
    start, end = carets.index("^"), len(carets)
    assert shown[start:end] == "r.get()"
    assert len(shown.strip(CUT)) <= WIDTH
    assert (len(shown.strip(CUT)) == len(line)) is (len(line) <= WIDTH)


def test_a_long_mark_ends_where_the_line_is_cut() -> None:
    shown, carets = snippet("x" * 500, 0, 500)
    assert shown == "x" * WIDTH + CUT
    assert carets == "^" * WIDTH


def test_an_empty_mark_gets_one_caret() -> None:
    assert snippet("abc", 1, 1) == ("abc", " ^")
    assert snippet("", 0, 0) == ("", "^")
