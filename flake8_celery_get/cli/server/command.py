"""Starts the server on standard input and output, where editors expect it."""

from __future__ import annotations

from flake8_celery_get.cli.outcome import CLEAN, Outcome, UsageError

MISSING = "the server needs pygls: pip install 'celery-guard[server]'"


def run() -> Outcome:
    """Serve one editor until it says goodbye. Raises `UsageError` without pygls."""
    try:
        from flake8_celery_get.cli.server.protocol import server
    except ModuleNotFoundError as error:
        if error.name not in {"pygls", "lsprotocol"}:
            raise
        raise UsageError(MISSING) from None
    server().start_io()
    return Outcome(CLEAN)
