"""Code in messages: argument lists may be left out, names stay whole."""

from __future__ import annotations

import pytest

from flake8_celery_get.printing.shortening import shortened

LEFT_OUT = [
    ("add.delay(1, 2).get()", 21, "add.delay(1, 2).get()"),
    ("add.delay(1, 2).get()", 20, "add.delay(…).get()"),
    ("self.reimport_findings(context)", 25, "self.reimport_findings(…)"),
    ("build(date.today().year).get(timeout=60)", 36, "build(…).get(timeout=60)"),
    ("build(date.today().year).get(timeout=60)", 20, "build(…).get(…)"),
    ('rows["a long key"].get(timeout=3)', 24, "rows[…].get(timeout=3)"),
    ('send("a ) in a text", 1).get()', 20, "send(…).get()"),
]


@pytest.mark.parametrize(("code", "room", "short"), LEFT_OUT)
def test_argument_lists_are_left_out(code: str, room: int, short: str) -> None:
    assert shortened(code, room) == short
    assert len(short) <= room


def test_the_end_is_left_out_where_that_is_not_enough() -> None:
    code = "while not result.ready() and attempts < 10"
    assert shortened(code, 30) == "while not result.ready() and…"


@pytest.mark.parametrize("room", range(-1, 25))
def test_a_name_is_never_cut(room: int) -> None:
    assert shortened("self.reimport_findings(context)", room) == "self.reimport_findings(…)"
    assert shortened("result", room) == "result"
