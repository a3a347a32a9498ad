"""How results are written: one module a format, with a ``render`` that returns the report."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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

SHOW_FIXES = frozenset({"text", "concise", "json", "sarif"})
"""Formats that carry fixes, or mark the findings that have one."""


def render(results: Results, output_format: str) -> str:
    """Return the results as one of ``FORMATS``."""
    text: str = import_module(f"{__name__}.{FORMATS[output_format]}").render(results)
    return text
