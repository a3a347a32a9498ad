"""The part of an exception, and of its traceback, that a reader needs first."""

from __future__ import annotations

import os
import re

from pytest_celery_guard.basics.callers import LIBRARY


def first_line(exception: str) -> str:
    """The repr of an exception up to the first line break in its text."""
    line_break = re.search(r"(?<!\\)\\n", exception)
    return f"{exception[: line_break.start()]}…" if line_break else exception


def kind_of(exception: str) -> str:
    """The class that the repr of an exception begins with."""
    found = re.match(r"(?:\w+\.)*(\w+)\(", exception)
    return found[1] if found else "an error"


def users_place(traceback: str) -> str:
    """Where an exception left the user's own code; empty when none of it is theirs."""
    lines = [line.strip() for line in traceback.splitlines() if line.startswith("  File")]
    users = [line for line in lines if not LIBRARY.search(line)]
    return users[-1].replace(f'"{os.getcwd()}{os.sep}', '"') if users else ""
