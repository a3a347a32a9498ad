"""Lines are cut out of a text, and read like a list of them."""

from __future__ import annotations

import pytest

from flake8_celery_get.source.lines import Lines

TEXTS = ("", "x", "x\n", "a = 1\n\n  b = 'ü'\n", "\n\n\n", "a\fb\x0b\u2028c\nd")


@pytest.mark.parametrize("text", TEXTS)
def test_they_are_those_of_a_list(text: str) -> None:
    lines, rows = Lines(text), text.split("\n")
    assert list(lines) == rows
    assert len(lines) == len(rows)
    assert lines[-1] == rows[-1]
    assert lines[1:] == rows[1:]
    assert lines[:2] == rows[:2]
    assert lines.width == max(map(len, rows))


@pytest.mark.parametrize("at", [3, -4])
def test_what_is_outside_is_an_error(at: int) -> None:
    with pytest.raises(IndexError):
        Lines("a\nb\n")[at]


def test_the_text_between_two_places() -> None:
    lines = Lines("if x:\n    y = 1\n    z = 2\n")
    assert lines.between(2, 4, 3, 9) == "y = 1\n    z = 2"
    assert lines.between(1, 3, 1, 4) == "x"
