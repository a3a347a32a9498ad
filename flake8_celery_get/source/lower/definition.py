"""Reads the text of one definition into the small language of ``code``, by libcst."""

from __future__ import annotations

from typing import cast

import libcst as cst

from flake8_celery_get.source import code
from flake8_celery_get.source.lower import expressions, statements
from flake8_celery_get.source.lower.positions import Positions
from flake8_celery_get.source.lower.walk import Lowering

KINDS_OF_NODES = (expressions, statements)
"""Importing them registers what they know."""


def lower(text: str, first_line: int) -> list[code.Statement]:
    """The statements of ``text``, which starts at ``first_line`` of its file.

    Indented text is accepted. Raises ``libcst.ParserSyntaxError``.
    """
    module, positions = parsed(text, first_line)
    lowered = Lowering(positions).block(module)
    if _indent(text):
        return cast("code.If", lowered[0]).body
    return lowered


def parsed(text: str, first_line: int) -> tuple[cst.Module, Positions]:
    """The libcst tree of ``text``, below an ``if`` where it is indented, and its places."""
    indent = _indent(text)
    if "\f" in indent:
        text = text.replace(indent, " " * len(indent), 1)
    if indent:
        text, first_line = f"if 1:\n{text}", first_line - 1
    module = cst.parse_module(text)
    return module, Positions(module, text, first_line)


def _indent(text: str) -> str:
    return text[: len(text) - len(text.lstrip(" \t\f"))]
