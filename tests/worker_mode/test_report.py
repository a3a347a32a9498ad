"""A real worker's tasks are told of, as those of the guard's own worker."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.guard_docs.page import write
from tests.worker_mode.conftest import Play

FAILS = """
from proj.tasks import price


def test_fails(celery_guard):
    assert price.delay("apple").get(timeout=60) == 0
"""


@pytest.mark.services
def test_a_failing_test_is_reported(
    play: Play, servers: tuple[str, ...], shop: Path
) -> None:
    write({"tests/test_shop.py": FAILS}, shop)
    (outcome,) = play(
        "--celery-guard-mode=worker", *servers, "--celery-guard-report=told.json"
    ).values()
    assert "assert 120 == 0" in outcome.text
    found = json.loads((shop / "told.json").read_text(encoding="utf-8"))
    assert found["total"]["ran"] == 1
    (test,) = found["tests"]
    assert [each["what"] for each in test["events"]] == ["sent", "started", "SUCCESS"]
