"""Wheels of the Celery releases that the tables are made from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SERIES = ("5.3", "5.4", "5.5", "5.6", "5.7")
"""The series that the linter speaks of, the oldest first; of each the newest release."""


def wheel_of(series: str, folder: Path) -> Path:
    """Download the newest release of a series."""
    target = folder / series
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wanted = f"celery=={series}.*"
    subprocess.run(
        [*pip, "download", "--no-deps", "--dest", str(target), wanted], check=True
    )
    return next(target.glob("celery-*.whl"))
