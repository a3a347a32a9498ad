"""A file that breaks two rules that are off by default, and one that is on."""

from __future__ import annotations

TASKS = """\
from celery import shared_task


@shared_task
def add(x):
    return add.delay(x).get()
"""
ON = "tasks.py:6:12 CEL101"
NAMELESS = "tasks.py:5:5 CEL901"
UNEXPIRING = "tasks.py:6:12 CEL902"
OPINIONS = [NAMELESS, UNEXPIRING]

CHOICES: list[tuple[str, list[str]]] = [
    ("", [ON]),
    ("--select=CEL", [ON]),
    ("--select=CEL,CEL9", [*OPINIONS, ON]),
    ("--select=CEL9", OPINIONS),
    ("--select=CEL901", [NAMELESS]),
    ("--extend-select=CEL9", [*OPINIONS, ON]),
    ("--extend-select=CEL902", [UNEXPIRING, ON]),
    ("--extend-select=CEL9 --ignore=CEL902", [NAMELESS, ON]),
    ("--select=CEL901 --ignore=CEL9", [NAMELESS]),
    ("--ignore=CEL101", []),
]
"""What a choice on the command line reports, of either front."""

TABLES: list[tuple[str, list[str]]] = [
    ("", [ON]),
    ('select = ["CEL"]', [ON]),
    ('select = ["CEL901"]', [NAMELESS]),
    ('extend-select = ["CEL9"]', [*OPINIONS, ON]),
    ('extend-select = ["CEL9"]\nignore = ["CEL902"]', [NAMELESS, ON]),
]
"""The same for ``[tool.celery-guard]``."""
