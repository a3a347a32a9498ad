"""The table of options against the Celery that is installed here."""

from __future__ import annotations

import re
import runpy
from importlib.metadata import version
from pathlib import Path

import pytest

from flake8_celery_get.model.known import celery_options

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "celery-options"


def test_a_new_celery_has_no_option_that_the_table_lacks() -> None:
    pytest.importorskip("celery")
    script = runpy.run_path(str(SCRIPT))

    assert script["of_sends"]() <= celery_options.OF_SENDS
    assert script["of_tasks"]() <= celery_options.OF_TASKS


def test_the_table_was_written_for_this_celery() -> None:
    pytest.importorskip("celery")
    found = re.match(r"\d+\.\d+", version("celery"))

    assert found is not None
    assert found[0] in celery_options.VERSIONS


@pytest.mark.parametrize("name", ["ignore_results", "max_retry", "ttl", "count_down"])
def test_typos_are_not_in_the_table(name: str) -> None:
    assert name not in celery_options.OF_SENDS | celery_options.OF_TASKS
