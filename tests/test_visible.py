from __future__ import annotations

import pytest

from flake8_celery_get.printing.visible import encodable, visible

SHOWN = {
    "plain": "plain",
    "größe 日本 💶": "größe 日本 💶",
    r"back\slash": r"back\slash",
    "a\nb\r\t\0": r"a\nb\r\t\x00",
    "\x1b[31m": r"\x1b[31m",
    "\u202e\u2066\u200b\ufeff": r"\u202e\u2066\u200b\ufeff",
    "\u2028\x85": r"\u2028\x85",
    "\udcff\udc80": r"\xff\x80",
    chr(0xD800) + chr(0xDFFF): r"\ud800\udfff",
    "\U000e0001": r"\U000e0001",
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.items(), ids=map(ascii, SHOWN))
def test_what_cant_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\n\x1b\u2028\u202e", "a\n\x1b\u2028\u202e"),
        ("\udcff.py", r"\xff.py"),
        ("\ud800💶", r"\ud800💶"),
    ],
)
def test_what_cant_be_encoded_is_written_out(text: str, kept: str) -> None:
    assert encodable(text) == kept
    kept.encode("utf-8")
