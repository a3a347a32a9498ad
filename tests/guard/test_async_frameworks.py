"""Asynchronous tests of Django, pytest-asyncio and anyio: tasks see what the test sees."""

from __future__ import annotations

import pytest

from tests.guard.test_frameworks import CELERY, MODELS, SETTINGS, TASKS

DJANGO = """
import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction
from django.test import TestCase
from shop.models import Order
from shop.tasks import pay
from proj import celery_app

@celery_app.task
def asks():
    async def answer():
        return await Order.objects.acount()
    return asyncio.run(answer())

async def flow(guard):
    order = await Order.objects.acreate()
    result = pay.delay(order.pk)
    assert await guard.adrain() == 1
    assert result.get() == 1
    await order.arefresh_from_db()
    assert order.paid
    assert await guard.arun(asks.s()) == 1

@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_", range(2))
async def test_with_real_transactions(celery_guard, _):
    await flow(celery_guard)

@pytest.mark.usefixtures("celery_guard")
class OrderTest(TestCase):
    async def test_in_the_transaction_of_a_test_case(self):
        order = await Order.objects.acreate()
        result = pay.delay(order.pk)
        await self.celery_guard.adrain()
        assert result.get() == 1

    async def test_hooks_of_the_transaction_run_too(self):
        order = await Order.objects.acreate()
        await sync_to_async(transaction.on_commit)(lambda: pay.delay(order.pk))
        assert await self.celery_guard.adrain(commit=True) == 1
        await order.arefresh_from_db()
        assert order.paid

    def test_that_it_is_gone(self):
        assert Order.objects.count() == 0

    async def test_a_plain_drain_can_not_touch_the_database(self):
        pay.delay(1)
        with self.assertRaisesRegex(AssertionError, "await celery_guard.adrain"):
            self.celery_guard.drain()
        self.celery_guard.failures
"""

PLAIN = """
import asyncio

import pytest
from celery import Celery

app = Celery("proj", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1")

@app.task
def asks():
    async def answer():
        await asyncio.sleep(0)
        return 42
    return asyncio.run(answer())

async def flow(guard):
    result = asks.delay()
    assert await guard.adrain() == 1
    assert result.get() == 42
"""

ASYNCIO = """
@pytest.mark.asyncio
async def test_asyncio(celery_guard):
    await flow(celery_guard)

@pytest.mark.asyncio
async def test_a_failure_that_is_left_behind(celery_guard):
    @app.task
    def boom():
        raise ValueError("no stock")
    boom.delay()
    await celery_guard.adrain()

@pytest.mark.asyncio
async def test_a_plain_drain(celery_guard):
    asks.delay()
    celery_guard.drain()
"""

ANYIO = """
@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param

@pytest.mark.anyio
async def test_anyio(celery_guard):
    await flow(celery_guard)
"""

INI = "[pytest]\npythonpath = .\nasyncio_default_fixture_loop_scope = function\n"


def test_django(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    for plugin in ("pytest_django", "pytest_asyncio"):
        pytest.importorskip(plugin, reason="it runs the tests that are the subject")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS")  # which keeps pytest-asyncio out
    proj, shop = pytester.mkpydir("proj"), pytester.mkpydir("shop")
    (proj / "__init__.py").write_text("from .celery import app as celery_app")
    (proj / "celery.py").write_text(CELERY)
    (proj / "urls.py").write_text("urlpatterns = []")
    (proj / "settings.py").write_text(SETTINGS.replace("shop.urls", "proj.urls"))
    for name, text in (("tasks", TASKS), ("models", MODELS)):
        (shop / f"{name}.py").write_text(text)
    pytester.makepyfile(DJANGO)
    pytester.makeini(f"{INI}DJANGO_SETTINGS_MODULE = proj.settings\n")
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=6)


def test_pytest_asyncio(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pytest_asyncio", reason="it runs the tests that are the subject")
    monkeypatch.delenv("PYTEST_ADDOPTS")  # which keeps pytest-asyncio out
    pytester.makepyfile(PLAIN + ASYNCIO)
    pytester.makeini(INI)
    result = pytester.runpytest_subprocess(
        "-p", "no:django", "-p", "no:randomly", "-W", "ignore::RuntimeWarning"
    )
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        [
            "* failed with *, and the test did not check it:",
            "*boom*ValueError('no stock')",
            "E  *asks can't run in a thread that runs an event loop: RuntimeError: asyncio.run()"
            " cannot be called from a running event loop. A worker runs no event loop. Write await"
            " celery_guard.adrain() to run the task in another thread, then read its result.",
        ]
    )


def test_anyio(pytester: pytest.Pytester) -> None:
    for library in ("anyio", "trio"):
        pytest.importorskip(library, reason="it runs the tests that are the subject")
    pytester.makepyfile(PLAIN + ANYIO)
    result = pytester.runpytest_subprocess("-p", "anyio", "-p", "no:django")
    result.assert_outcomes(passed=2)
