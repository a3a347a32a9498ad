"""How results are written: one module a format, with a ``render`` that returns the report."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from flake8_celery_get.cli.terminal.look import Look

if TYPE_CHECKING:
    from flake8_celery_get.cli.results import Results

FORMATS = {
    "text": "text",
    "concise": "concise",
    "json": "json_document",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
}
"""The module of each format, by the name that users know it by."""

FOR_PEOPLE = frozenset({"text", "concise"})
"""Formats that have colors, and that more lines don't break."""

SHOW_FIXES = frozenset({"text", "concise", "json", "sarif"})
"""Formats that carry fixes, or mark the findings that have one."""


PLAIN = Look()


def render(results: Results, output_format: str, look: Look = PLAIN) -> str:
    """Return the results as one of ``FORMATS``; the ``look`` is for people."""
    module = import_module(f"{__name__}.{FORMATS[output_format]}")
    is_for_people = output_format in FOR_PEOPLE
    text: str = module.render(results, look) if is_for_people else module.render(results)
    return text
