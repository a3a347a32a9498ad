"""Makes ``python -m flake8_celery_get`` the same as ``celery-guard``."""

from __future__ import annotations

import sys

from flake8_celery_get.cli.main import main

# The guard is for multiprocessing, whose spawned workers import this module.
if __name__ == "__main__":
    sys.exit(main())
