"""A Django project whose tests a test writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

SETTINGS = """
SECRET_KEY = "x"
INSTALLED_APPS = ["shop"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "archive": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
ROOT_URLCONF = "shop.urls"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
CELERY_BROKER_URL = "redis://nowhere.invalid/0"
CELERY_RESULT_BACKEND = "redis://nowhere.invalid/1"
"""

CELERY = """
from celery import Celery

app = Celery("proj")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
"""

MODELS = """
from django.db import models

class Order(models.Model):
    paid = models.BooleanField(default=False)
"""

TASKS = """
from celery import shared_task
from django.db import transaction
from shop.models import Order

@shared_task
def pay(order_id):
    with transaction.atomic():
        Order.objects.filter(pk=order_id).update(paid=True)
        transaction.on_commit(lambda: thank.delay(order_id))
    return Order.objects.count()

@shared_task
def thank(order_id):
    return Order.objects.get(pk=order_id).paid
"""

SERVICES = """
from django.db import transaction
from shop.models import Order
from shop.tasks import pay

def order():
    with transaction.atomic():
        made = Order.objects.create()
        transaction.on_commit(lambda: pay.delay(made.pk))
    return made

def too_early():
    with transaction.atomic():
        pay.delay(Order.objects.create().pk)
"""

URLS = """
from django.db import transaction
from django.http import HttpResponse
from django.urls import path
from shop import services

def order(request):
    return HttpResponse(services.order().pk)

@transaction.atomic
def early(request):
    services.too_early()
    return HttpResponse()

urlpatterns = [path("order", order), path("early", early)]
"""

HEAD = """
import functools
import pytest
from django.db import connection, connections, transaction
from django.test import TestCase, TransactionTestCase
from shop import services
from shop.models import Order
from shop.tasks import pay, thank
"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run tests in that project; more files by their paths, without ``.py`` and with ``__``."""
    pytest.importorskip("pytest_django")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    files = {
        "proj/__init__": "from .celery import app as celery_app",
        "proj/celery": CELERY,
        "proj/settings": SETTINGS,
        "shop/__init__": "",
        "shop/models": MODELS,
        "shop/tasks": TASKS,
        "shop/services": SERVICES,
        "shop/urls": URLS,
    }
    for name, text in files.items():
        path = pytester.path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def run_tests(tests: str, ini: str = "", *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_shop=HEAD + tests)
        pytester.makeini(
            f"[pytest]\npythonpath = .\nDJANGO_SETTINGS_MODULE = proj.settings\n{ini}"
        )
        options = ("-p", "no:randomly", "-p", "no:cacheprovider", *arguments)
        return pytester.runpytest_subprocess(*options)

    return run_tests


@pytest.fixture
def play(request: pytest.FixtureRequest, pytester: pytest.Pytester, run: Run) -> Run:
    """Runs tests in that project with an app of Django's: SETTINGS, TASKS, HEAD of the module."""
    module = request.module
    with (pytester.path / "proj" / "settings.py").open("a") as file:
        file.write(module.SETTINGS)
    (pytester.path / "shop" / "tasks.py").write_text(module.TASKS)
    (pytester.path / "shop" / "services.py").write_text("")
    (pytester.path / "shop" / "urls.py").write_text("urlpatterns = []")

    def play(tests: str, ini: str = "", *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_rows=module.HEAD + tests)
        return run("", ini, "--nomigrations", "test_rows.py", *arguments)

    return play
