"""Reads source files the way Python does.

https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations
"""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from collections.abc import Iterable

from flake8_celery_get.source.regular import octets_of

_NO_TEXT_ENCODING = "declares an encoding that is not one for text"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class SourceError(Exception):
    """A file that can't be read, decoded or parsed; ``str()`` is one pathless line."""


def read(path: str) -> str:
    """Return a file's text, its newlines as ``"\\n"`` and without a byte order mark.

    Raises `SourceError` for what can't be read, decoded, or be Python at all.
    """
    return decode(load(path))


def decode(octets: bytes) -> str:
    """Return the text that `read` returns for a file of these bytes."""
    return normalise_newlines(decode_exactly(octets)[0])


def decode_exactly(octets: bytes) -> tuple[str, str]:
    """Return the text with the line ends that it has, and its encoding."""
    if octets.startswith(_UTF_16):
        raise SourceError("is UTF-16, which Python can't read; save it as UTF-8")
    if b"\0" in octets:
        raise SourceError("source code cannot contain null bytes")
    encoding = _encoding(octets)
    return _decode(octets, encoding), encoding


def normalise_newlines(text: str) -> str:
    """Return the text with ``"\\r\\n"`` and ``"\\r"`` written as ``"\\n"``."""
    if "\r" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split_lines(text: str) -> list[str]:
    """Return the lines without their ends, split where Python starts a new line.

    ``str.splitlines`` would also split at form feeds and Unicode separators.
    """
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def load(path: str) -> bytes:
    """Return what the file holds. Raises `SourceError`."""
    try:
        return octets_of(path)
    except OSError as error:
        raise SourceError(error.strerror or str(error)) from None
    except MemoryError:
        raise SourceError("is too large to be read") from None
    except ValueError:
        raise SourceError("its name contains a null character") from None


def _encoding(octets: bytes) -> str:
    # Python knows three line ends, BytesIO only one.
    lines = io.BytesIO(octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    try:
        return tokenize.detect_encoding(lines.readline)[0]
    except SyntaxError as error:
        raise SourceError(str(error)) from None
    except (LookupError, ValueError):  # Python 3.14 decodes the first lines here
        raise SourceError(_NO_TEXT_ENCODING) from None


def _decode(octets: bytes, encoding: str) -> str:
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{error.object[error.start]:02x}"
        raise SourceError(f"line {line}: {byte} is not valid {encoding}") from None
    except (LookupError, ValueError):  # bytes-to-bytes codecs, "undefined"
        raise SourceError(_NO_TEXT_ENCODING) from None


def clean(row: str) -> str:
    """Without what would break a message into lines or reach a terminal as a command."""
    return "".join(filter(str.isprintable, row)).strip()


def in_one_line(rows: Iterable[str]) -> str:
    """Code of several rows as it would stand in one, if one was long enough."""
    line = ""
    *before, last = rows
    for row in (*map(_without_comment, before), last):
        part = clean(row).removesuffix("\\").rstrip()
        if not part:
            continue
        if part.startswith(_CLOSING):
            line = line.removesuffix(",")
        is_joined = line.endswith(_OPENING) or part.startswith(_CLOSING)
        goes_on = part.startswith(".") and not line.endswith(",")
        line += part if is_joined or goes_on or not line else f" {part}"
    return line


_BEFORE_COMMENT = re.compile(r"""((?:[^'"#]|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")*)#""")


def _without_comment(row: str) -> str:
    """A row without the comment at its end, which would hide what comes after it."""
    found = _BEFORE_COMMENT.match(row)
    return found[1] if found else row


_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
