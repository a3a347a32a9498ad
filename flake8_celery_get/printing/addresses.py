"""Where the project is on the web.

Whoever publishes it elsewhere changes the two constants; ``tests/test_addresses.py`` then names
each place in the documentation that has to follow.
"""

from __future__ import annotations

DOCUMENTATION = "https://celery-guard.readthedocs.io/en/latest/"
"""The base of all addresses of pages."""

REPOSITORY = "https://github.com/celery-guard/celery-guard"
"""Where the source code, the issues and the pre-commit hook are."""


def page_of(code: str) -> str:
    """The address of the page of a rule."""
    return f"{DOCUMENTATION}rules/{code}/"
