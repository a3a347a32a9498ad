"""Where the documentation is on the web."""

from __future__ import annotations

DOCUMENTATION = "https://celery-guard.readthedocs.io/en/latest/"
"""The base of all addresses. `mkdocs.yml` names it too, as ``site_url``."""


def page_of(code: str) -> str:
    """The address of the page of a rule."""
    return f"{DOCUMENTATION}rules/{code}/"
