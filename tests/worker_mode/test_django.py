"""A worker never uses another database than one that Django's test runner made."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_celery_guard.real_worker.run import test_database as name_of_test_database
from tests.guard_docs.page import write
from tests.worker_mode.conftest import REDIS, listens

PROJECT = {
    "shop/__init__.py": "from shop.celery import app\n",
    "shop/celery.py": """
from celery import Celery

app = Celery("shop", broker="redis://nowhere.invalid", backend="redis://nowhere.invalid")
app.autodiscover_tasks(["shop"])
""",
    "shop/settings.py": """
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": "production.db",
        "TEST": {"NAME": "test.db"},
    }
}
INSTALLED_APPS = ["django.contrib.contenttypes"]
""",
    "shop/tasks.py": """
from celery import shared_task


@shared_task
def count(label):
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.filter(app_label=label).count()
""",
    "test_none.py": """
import pytest
from shop.tasks import count


def test_no_database_was_made(celery_guard):
    with pytest.raises(Exception, match="Please supply the ENGINE value"):
        count.delay("shop").get()
""",
    "test_some.py": """
import pytest
from shop.tasks import count


@pytest.mark.django_db
def test_the_rows_of_a_transaction(celery_guard):
    count.delay("shop").get()


@pytest.mark.django_db(transaction=True)
def test_the_rows_of_a_test(celery_guard):
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.create(app_label="shop", model="order")
    assert count.delay("shop").get() == 1


@pytest.mark.django_db(transaction=True)
def test_a_send_before_the_commit(celery_guard):
    from django.contrib.contenttypes.models import ContentType
    from django.db import transaction

    with transaction.atomic():
        row = ContentType.objects.create(app_label="shop", model="cart")
        result = count.delay(str(row.pk))
    assert result.get() == 0
""",
}


@pytest.mark.services
def test_a_worker_uses_the_databases_of_the_tests_only(tmp_path: Path) -> None:
    pytest.importorskip("pytest_django")
    if not listens(REDIS):
        pytest.skip(f"nothing listens at {REDIS}")
    write(PROJECT, tmp_path)
    assert tally(run(tmp_path, "test_none.py")) == {"1 passed"}
    assert not (tmp_path / "production.db").exists()
    told = run(tmp_path, "test_some.py")
    assert {"1 failed", "1 passed", "1 skipped"} == tally(told)
    assert "is not committed yet: it is written in a transaction" in told
    assert "Sent as shop.tasks.count at test_some.py:26." in told
    assert "step mode only: the test's transaction never ends" in told
    assert not (tmp_path / "production.db").exists()


def tally(printed: str) -> set[str]:
    """How many tests had which outcome."""
    return set(re.findall(r"\d+ (?:passed|failed|skipped|error)", printed.splitlines()[-1]))


def run(project: Path, file: str) -> str:
    """What pytest prints."""
    options = ("-rs", "--ds=shop.settings", "-p", "no:randomly", "-o", "pythonpath=.")
    mode = ("--celery-guard-mode=worker", f"--celery-guard-broker={REDIS}")
    done = subprocess.run(
        (sys.executable, "-m", "pytest", *options, *mode, file),
        cwd=project,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("name", "test_name", "expected"),
    [
        ("shop", None, None),
        ("test_shop", None, "test_shop"),
        ("/data/shop", "/data/for_tests", None),
        ("/data/for_tests", "/data/for_tests", "/data/for_tests"),
    ],
)
def test_which_database_is_one_of_the_tests(
    name: str, test_name: str | None, expected: str | None
) -> None:
    pytest.importorskip("django")
    settings = {"NAME": name, "TEST": {"NAME": test_name}}
    assert name_of_test_database(settings) == expected
