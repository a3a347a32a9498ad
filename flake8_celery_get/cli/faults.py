"""What goes wrong in the linter itself, kept to one line."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.engine import Engine


def complain(line: str) -> None:
    """Print one line on stderr."""
    print(f"celery-guard: {line}", file=sys.stderr)


def internal_error(error: Exception) -> str:
    """Return the one line that a user sees instead of a traceback."""
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return f"internal error: {reason}; please report it"


def save_cache(engine: Engine) -> None:
    """Write the cache; when that fails, the findings still count."""
    try:
        engine.save()
    except Exception as error:
        complain(internal_error(error))


def ignore_warnings() -> None:
    """Keep quiet about odd literals: parsing linted code warns of them on stderr.

    With ``PYTHONWARNINGS=error`` it would even fail.
    """
    warnings.simplefilter("ignore")
