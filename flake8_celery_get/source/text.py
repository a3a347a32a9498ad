"""Reads source files the way Python does.

https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable

from flake8_celery_get.source.regular import octets_of


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
    encoding = _encoding(octets)
    text = _decode(octets, encoding)
    if "\0" in text:
        raise SourceError("source code cannot contain null bytes")
    return text, encoding


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
    except ValueError as error:  # a null character in the path
        raise SourceError(str(error)) from None


def _encoding(octets: bytes) -> str:
    # Python knows three line ends, BytesIO only one.
    lines = io.BytesIO(octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    try:
        return tokenize.detect_encoding(lines.readline)[0]
    except SyntaxError as error:
        raise SourceError(str(error)) from None


def _decode(octets: bytes, encoding: str) -> str:
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{error.object[error.start]:02x}"
        raise SourceError(f"line {line}: {byte} is not valid {encoding}") from None
    except (LookupError, ValueError):  # bytes-to-bytes codecs, "undefined"
        raise SourceError(f"cannot be decoded as {encoding}") from None


def clean(row: str) -> str:
    """Without what would break a message into lines or reach a terminal as a command."""
    return "".join(filter(str.isprintable, row)).strip()


def in_one_line(rows: Iterable[str]) -> str:
    """Code of several rows as it would stand in one, if one was long enough."""
    line = ""
    for row in rows:
        part = clean(row).removesuffix("\\").rstrip()
        if part.startswith(_CLOSING):
            line = line.removesuffix(",")
        is_joined = line.endswith(_OPENING) or part.startswith(_CLOSING)
        goes_on = part.startswith(".") and not line.endswith(",")
        line += part if is_joined or goes_on or not line else f" {part}"
    return line


_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
