"""Counts the functions that a check of a project calls, those of Python code.

A script for the environment with our wheel, so it imports nothing of ``bench``:
``python calls_probe.py FOLDER`` prints the number.
"""

from __future__ import annotations

import sys

from flake8_celery_get.catalog import all_rules
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options


def counted(folder: str) -> int:
    """Check a folder; return how many calls that took."""
    all_rules()  # what is imported once is not counted
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        Engine(Options(cache=False)).findings(folder)
    finally:
        sys.setprofile(before)
    return count


if __name__ == "__main__":
    print(counted(sys.argv[1]))
