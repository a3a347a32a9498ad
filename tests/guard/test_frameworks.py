"""Django's and Flask's tests: the task sees the test's transaction and thread."""

from __future__ import annotations

import pytest

SETTINGS = """
SECRET_KEY = "x"
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
ROOT_URLCONF = "shop.urls"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
CELERY_BROKER_URL = "redis://nowhere.invalid/0"
CELERY_RESULT_BACKEND = "redis://nowhere.invalid/1"
CELERY_TASK_ALWAYS_EAGER = True
"""

CELERY = """
import os
from celery import Celery
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")
app = Celery("proj")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
"""

TASKS = """
from celery import shared_task
from .models import Order

@shared_task
def pay(order_id):
    Order.objects.filter(pk=order_id).update(paid=True)
    return Order.objects.count()

@shared_task
def toggle(order_id):
    order = Order.objects.get(pk=order_id)
    order.paid = not order.paid
    order.save()
"""

URLS = """
from celery.result import AsyncResult
from django.http import JsonResponse
from django.urls import path
from .tasks import pay

def start(request, order_id):
    return JsonResponse({"id": pay.delay(order_id).id})

def status(request, task_id):
    result = AsyncResult(task_id)
    return JsonResponse({"ready": result.ready()})

urlpatterns = [path("pay/<int:order_id>", start), path("status/<str:task_id>", status)]
"""

MODELS = """
from django.db import models

class Order(models.Model):
    paid = models.BooleanField(default=False)
"""

TESTS = """
import pytest
from django.test import TestCase
from shop.models import Order
from shop.tasks import pay, toggle

def flow(guard, client):
    order = Order.objects.create()
    task_id = client.get(f"/pay/{order.pk}").json()["id"]
    assert guard.sent == [pay.s(order.pk)]
    assert client.get(f"/status/{task_id}").json() == {"ready": False}
    guard.drain()
    assert guard.states(task_id) == ["PENDING", "SUCCESS"]
    assert client.get(f"/status/{task_id}").json() == {"ready": True}
    order.refresh_from_db()
    assert order.paid

@pytest.mark.parametrize("_", range(2))
def test_under_plain_db(celery_guard, client, db, _):
    flow(celery_guard, client)
    assert Order.objects.count() == 1

def test_that_it_is_done_once(celery_guard, db):
    order = Order.objects.create()
    celery_guard.assert_idempotent(pay.s(order.pk), observe=Order.objects.values)
    with pytest.raises(AssertionError, match="'paid': False.*, then .*'paid': True"):
        celery_guard.assert_idempotent(toggle.s(order.pk), observe=Order.objects.values)

@pytest.mark.usefixtures("celery_guard")
class OrderTest(TestCase):
    def test_in_a_test_case(self):
        flow(self.celery_guard, self.client)

    def test_alone_again(self):
        assert Order.objects.count() == 0

@pytest.mark.usefixtures("celery_eager")
class EagerTest(TestCase):
    def test_eager(self):
        assert pay.delay(Order.objects.create().pk).get() == 1
"""

FLASK = """
import flask
import pytest
from celery import Celery, Task, shared_task
from celery.result import AsyncResult

def celery_of(app):
    class InContext(Task):
        def __call__(self, *args, **kwargs):
            with app.app_context():
                return self.run(*args, **kwargs)
    made = Celery(app.name, task_cls=InContext)
    made.config_from_object(app.config["CELERY"])
    made.set_default()
    app.extensions["celery"] = made
    return made

@shared_task
def name_of_app():
    return flask.current_app.name

@pytest.fixture
def app():
    made = flask.Flask("proj")
    made.config["CELERY"] = {
        "broker_url": "redis://nowhere.invalid/0", "result_backend": "redis://nowhere.invalid/1"
    }
    celery_of(made)

    @made.post("/start")
    def start():
        return {"id": name_of_app.delay().id}

    @made.get("/status/<id>")
    def status(id):
        return {"result": AsyncResult(id).result}

    return made

@pytest.fixture
def celery_guard_app(app):
    return app.extensions["celery"]

@pytest.mark.parametrize("_", range(2))
def test_flask(celery_guard, app, _):
    client = app.test_client()
    task_id = client.post("/start").json["id"]
    assert client.get(f"/status/{task_id}").json == {"result": None}
    celery_guard.drain()
    assert client.get(f"/status/{task_id}").json == {"result": "proj"}
"""


def test_django(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pytest_django")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    proj, shop = pytester.mkpydir("proj"), pytester.mkpydir("shop")
    (proj / "__init__.py").write_text("from .celery import app as celery_app")
    (proj / "celery.py").write_text(CELERY)
    (proj / "settings.py").write_text(SETTINGS)
    for name, text in (("tasks", TASKS), ("urls", URLS), ("models", MODELS)):
        (shop / f"{name}.py").write_text(text)
    pytester.makepyfile(TESTS)
    pytester.makeini("[pytest]\npythonpath = .\nDJANGO_SETTINGS_MODULE = proj.settings\n")
    result = pytester.runpytest_subprocess(
        "-p", "no:randomly", "-W", "error::RuntimeWarning"
    )
    result.assert_outcomes(passed=6)


def test_flask(pytester: pytest.Pytester) -> None:
    pytest.importorskip("flask")
    pytester.makepyfile(FLASK)
    pytester.runpytest_subprocess("-p", "no:django").assert_outcomes(passed=2)
