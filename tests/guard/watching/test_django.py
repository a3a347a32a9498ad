"""Blocking reads in Django's views, through its test clients, and in REST framework's."""

from __future__ import annotations

import pytest

PROJ = """
import os
from celery import Celery
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj")
app = Celery("proj", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1")
SECRET_KEY = "x"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "views"
DATABASES = {}
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
REST_FRAMEWORK = {"UNAUTHENTICATED_USER": None, "DEFAULT_AUTHENTICATION_CLASSES": []}

@app.task
def add(x, y):
    return x + y
"""

VIEWS = """
import asyncio
from django.http import HttpResponse
from django.urls import path
from django.views import View
from proj import add

def fetch():
    return HttpResponse(str(add.delay(1, 2).get(timeout=3)))

def plain(request):
    return fetch()

async def asynchronous(request):
    return fetch()

async def handed(request):
    return await asyncio.to_thread(fetch)

class Class(View):
    def get(self, request, number):
        return fetch()

class AsyncClass(View):
    async def get(self, request):
        return await asyncio.to_thread(fetch)

urlpatterns = [
    path("plain", plain),
    path("async", asynchronous),
    path("handed", handed),
    path("class/<int:number>", Class.as_view()),
    path("async-class", AsyncClass.as_view()),
]
"""

REST_VIEWS = """
from django.urls import path
from rest_framework.decorators import api_view
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet
from proj import add

@api_view(["POST"])
def function(request):
    return Response({"sum": add.delay(1, 2).get(timeout=3)})

class Sums(ViewSet):
    def list(self, request):
        return Response({"sum": add.delay(1, 2).get(timeout=3)})

urlpatterns = [path("function", function), path("sums", Sums.as_view({"get": "list"}))]
"""

TOLD = """
def told(guard):
    found = [
        (each.code, each.entry, [step.function for step in each.steps]) for each in guard.misuses
    ]
    guard._world.misuses.clear()
    return found
"""

TESTS = f"""
import asyncio
import pytest
from django.test import AsyncClient, Client
{TOLD}
PAGES = [
    ("/plain", ["plain", "fetch"]),
    ("/async", ["asynchronous", "fetch"]),
    ("/class/7", ["get", "fetch"]),
]

def asked(path):
    return asyncio.run(AsyncClient().get(path))

@pytest.mark.parametrize("ask", [Client().get, asked])
@pytest.mark.parametrize(("path", "steps"), PAGES)
def test_a_view_that_waits(celery_guard, ask, path, steps):
    assert ask(path).content == b"3"
    assert told(celery_guard) == [("CEL102", "request GET " + path, steps)]

@pytest.mark.parametrize("ask", [Client().get, asked])
@pytest.mark.parametrize("path", ["/handed", "/async-class"])
def test_a_view_that_hands_it_to_a_thread(celery_guard, ask, path):
    assert ask(path).content == b"3"
"""

REST_TESTS = f"""
from rest_framework.test import APIClient
{TOLD}
def test_views_that_wait(celery_guard):
    client = APIClient()
    client.post("/function", {{}}, format="json")
    assert told(celery_guard) == [("CEL102", "request POST /function", ["function"])]
    client.get("/sums")
    assert told(celery_guard) == [("CEL102", "request GET /sums", ["list"])]
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A Django project without a database."""
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    pytest.importorskip("pytest_django", reason="needs pytest-django")
    pytester.makepyfile(proj=PROJ)
    pytester.makeini("[pytest]\npythonpath = .\nDJANGO_SETTINGS_MODULE = proj\n")
    return pytester


def test_django(project: pytest.Pytester) -> None:
    project.makepyfile(TESTS, views=VIEWS)
    project.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=10)


def test_django_rest_framework(project: pytest.Pytester) -> None:
    pytest.importorskip("rest_framework", reason="needs Django REST framework")
    project.makepyfile(REST_TESTS, views=REST_VIEWS)
    project.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=1)
