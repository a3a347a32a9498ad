"""The ``celery-guard`` command: the linter without flake8."""

INTERRUPTED = 130
"""What a shell reports for a process that SIGINT has ended."""
