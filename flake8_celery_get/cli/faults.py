"""What goes wrong in the linter itself, kept to one line."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from flake8_celery_get.cli.terminal.streams import complain
from flake8_celery_get.printing.visible import visible

if TYPE_CHECKING:
    from flake8_celery_get.engine import Engine


def internal_error(error: Exception) -> str:
    """Return the one line that a user sees instead of a traceback."""
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return f"internal error: {visible(reason)}; please report it"


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
