"""The ``celery-guard`` command: the linter without flake8."""
