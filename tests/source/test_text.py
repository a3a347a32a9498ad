from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from flake8_celery_get.source.text import (
    SourceError,
    decode,
    in_one_line,
    read,
    split_lines,
)

READABLE = {
    "utf-8": "name = 'é日'\n".encode(),
    "byte order mark": b"\xef\xbb\xbfname = 1\n",
    "mark and cookie": b"\xef\xbb\xbf# coding: utf-8\nname = '\xc3\xa9'\n",
    "latin-1": b"# -*- coding: latin-1 -*-\nname = '\xe9'\n",
    "cp1252 on line 2": b"#!/usr/bin/python\n# vim: fileencoding=cp1252\nname = '\x80'\n",
    "two bytes a character": "# coding: shift_jis\nname = '日本'\n".encode("shift_jis"),
    "windows line ends": b"a = 1\r\nb = 2\r\n",
    "old mac line ends": b"a = 1\rb = 2\r",
    "old mac cookie": b"# coding: cp1252\ra = '\x80'\r",
    "form feeds": b"a = 1\n\x0c\nb = '\x0c'\n",
    "no line end": b"a = 1",
    "empty": b"",
}

UNREADABLE = {
    "null": (b"a = '\0'\n", "source code cannot contain null bytes"),
    "not utf-8": (b"a = 1\n\nb = '\xe9'\n", "line 3: byte 0xe9 is not valid utf-8"),
    "not utf-8 after mark": (
        b"\xef\xbb\xbfa = 1\n\nb = '\xff'\n",
        "line 3: byte 0xff is not valid utf-8-sig",
    ),
    "not ascii": (
        b"# coding: ascii\na = '\xe9'\n",
        "line 2: byte 0xe9 is not valid ascii",
    ),
    "unknown encoding": (b"# coding: klingon\n", "unknown encoding: klingon"),
    "no text encoding": (
        b"# coding: hex\n",
        "declares an encoding that is not one for text",
    ),
    "two answers": (b"\xef\xbb\xbf# coding: latin-1\n", "encoding problem: utf-8"),
    "no text encoding on line 2": (
        b"# a module\n# coding: rot13\n",
        "declares an encoding that is not one for text",
    ),
    "undefined": (
        b"# coding: undefined\n",
        "declares an encoding that is not one for text",
    ),
    "utf-16": (
        "a = 1\n".encode("utf-16"),
        "is UTF-16, which Python can't read; save it as UTF-8",
    ),
    "utf-16, big-endian": (
        b"\xfe\xff" + "a = 1\n".encode("utf-16-be"),
        "is UTF-16, which Python can't read; save it as UTF-8",
    ),
}


@pytest.mark.parametrize("octets", READABLE.values(), ids=READABLE)
def test_reads_what_python_reads(tmp_path: Path, octets: bytes) -> None:
    path = tmp_path / "module.py"
    path.write_bytes(octets)
    text = read(str(path))
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(octets))
    assert "\r" not in text
    assert not text.startswith("\ufeff")


@pytest.mark.parametrize(("octets", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_says_in_one_line_what_cannot_be_decoded(octets: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        decode(octets)
    assert str(caught.value) == reason
    with pytest.raises((SyntaxError, ValueError)):
        compile(octets, "module.py", "exec")


def test_says_why_a_file_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    assert _reason(tmp_path) == "Is a directory"
    assert _reason(tmp_path / "gone.py") == "No such file or directory"
    assert _reason(tmp_path / "loop.py") == "Too many levels of symbolic links"
    assert _reason(tmp_path / "null\0.py") == "its name contains a null character"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_says_that_a_file_is_forbidden(tmp_path: Path) -> None:
    path = tmp_path / "secret.py"
    path.touch(mode=0)
    assert _reason(path) == "Permission denied"


def test_lines_end_only_where_python_ends_them() -> None:
    assert split_lines("a\n\x0cb\u2028c\x1cd\n\ne") == ["a", "\x0cb\u2028c\x1cd", "", "e"]
    assert split_lines("a\n") == ["a"]
    assert split_lines("") == []


def _reason(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read(str(path))
    return str(caught.value)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (["f.delay(x).get()"], "f.delay(x).get()"),
        (["f", "    .delay(x)", "    .get()"], "f.delay(x).get()"),
        (["f \\", "    .delay(x) \\", "    .get()"], "f.delay(x).get()"),
        (["f.delay(", "    x,", "    y=2,", ").get()"], "f.delay(x, y=2).get()"),
        (["chain(a.s(1) |", "      b.s())()"], "chain(a.s(1) | b.s())()"),
        (["f(1,", "  .5)"], "f(1, .5)"),
        (["f([", "  1,", "], {", "  2: 3,", "})"], "f([1], {2: 3})"),
        (["f(", "  1,  # one", "  # two", "", "  2)"], "f(1, 2)"),
        (["f('#', \"it's #1\",  # 'one'", "  g)"], "f('#', \"it's #1\", g)"),
        (["f('''a # b", "  c # d''')"], "f('''a # b c # d''')"),
    ],
)
def test_code_of_several_rows_is_shown_as_in_one(rows: list[str], line: str) -> None:
    assert in_one_line(rows) == line
