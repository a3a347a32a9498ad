"""The table of settings, against the Celery that is installed."""

from __future__ import annotations

from pathlib import Path

import celery

from flake8_celery_get.model.known.celery_settings import SETTINGS
from tables.settings import settings_in

INSTALLED = Path(celery.__file__).parent.parent


def test_the_table_has_every_setting_that_the_installed_celery_reads() -> None:
    missing = settings_in(INSTALLED).items() - SETTINGS.items()
    assert not missing, "run `python -m tables`, its last series first"


def test_what_is_no_default_is_found_too() -> None:
    assert {"result_backend_thread_safe", "dynamodb_endpoint_url"} <= SETTINGS.keys()
