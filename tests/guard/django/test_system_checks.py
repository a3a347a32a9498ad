"""Django's system checks, which a worker runs as it starts, are not the guard's to run."""

from __future__ import annotations

import pytest

from tests.guard.django.conftest import Run

CHECK = """
import os
from django.core.checks import register
from shop.models import Order
from shop.tasks import thank

{preset}

@register()
def of_production(app_configs, **options):
    {body}

def test_the_first(db, celery_guard):
    assert thank.delay(Order.objects.create().pk).get() is False

def test_the_next(db, celery_guard):
    assert thank.delay(Order.objects.create().pk).get() is False
    assert os.environ.get("CELERY_SKIP_CHECKS") == {left!r}
"""


@pytest.mark.parametrize(
    ("body", "preset"),
    [
        ('raise AttributeError("no such setting")', None),
        ('raise ValueError("no result backend")', ""),
        ('raise SystemExit("not in tests")', None),
    ],
)
def test_a_check_that_fails_in_tests(run: Run, body: str, preset: str | None) -> None:
    line = "" if preset is None else f'os.environ["CELERY_SKIP_CHECKS"] = {preset!r}'
    result = run(CHECK.format(body=body, preset=line, left=preset))
    result.assert_outcomes(passed=2)
