"""Django's own tasks (django.tasks, Django 6.0), where Celery runs them."""

from __future__ import annotations

import importlib.util

import pytest

from tests.guard.django.conftest import Run

pytest.importorskip("django.tasks")

BACKENDS = {
    "own": "proj.backend.Backend",
    "django_tasks_celery": "django_tasks_celery.CeleryBackend",
    "django_tasks_fennel": "django_tasks_fennel.backend.CeleryBackend",
}
"""One as short as can be, and released ones."""

BACKEND = """
from celery import current_app
from django.tasks import TaskResult, TaskResultStatus
from django.tasks.backends.base import BaseTaskBackend

class Backend(BaseTaskBackend):
    supports_defer = supports_get_result = True

    def enqueue(self, task, args, kwargs):
        options = {} if task.queue_name == "default" else {"queue": task.queue_name}
        sent = current_app.send_task(
            "proj.celery.run_task", (task.module_path, list(args), kwargs),
            eta=task.run_after, **options,
        )
        return self.result_of(task, sent)

    def get_result(self, result_id):
        from shop.tasks import price
        return self.result_of(price, current_app.AsyncResult(result_id))

    def result_of(self, task, result):
        states = {"SUCCESS": TaskResultStatus.SUCCESSFUL, "FAILURE": TaskResultStatus.FAILED}
        made = TaskResult(
            task=task, id=result.id, status=states.get(result.state, TaskResultStatus.READY),
            enqueued_at=None, started_at=None, finished_at=None, last_attempted_at=None,
            args=[], kwargs={}, backend=self.alias, errors=[], worker_ids=[],
        )
        if made.status == TaskResultStatus.SUCCESSFUL:
            object.__setattr__(made, "_return_value", result.get())
        return made
"""

RUN_TASK = """
@app.task
def run_task(path, args, kwargs):
    from django.utils.module_loading import import_string
    return import_string(path).call(*args, **kwargs)
"""

TASKS = """
from django.tasks import task

@task
def price(sku):
    return {"apple": 120, "pear": 140}[sku]
"""

TESTS = """
from datetime import timedelta
import pytest
from django.tasks import TaskResultStatus, default_task_backend
from django.utils import timezone
from shop.tasks import price

def test_it_waits_for_the_drain(celery_guard):
    result = price.enqueue("apple")
    assert result.status == TaskResultStatus.READY
    ran = celery_guard.drain()
    assert (ran, ran.succeeded) == (1, 1)
    result.refresh()
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert result.return_value == 120

def test_what_is_sent(celery_guard):
    price.using(queue_name="slow").enqueue("pear")
    (send,) = celery_guard.sent
    assert send.queue == "slow"
    assert "pear" in repr(send)
    assert celery_guard.drain(queue="slow") == 1

def test_a_failure_has_to_be_looked_at(celery_guard):
    result = price.enqueue("plum")
    celery_guard.drain()
    result.refresh()
    assert result.status == TaskResultStatus.FAILED

def test_a_later_task(celery_guard):
    result = price.using(run_after=timezone.now() + timedelta(days=1)).enqueue("apple")
    assert celery_guard.drain() == 0
    assert celery_guard.advance(days=1) == 1
    assert default_task_backend.get_result(result.id).status == TaskResultStatus.SUCCESSFUL

def test_at_once(celery_eager):
    result = price.enqueue("apple")
    result.refresh()
    assert result.return_value == 120

def test_a_stub(celery_guard):
    result = price.enqueue("apple")
    celery_guard.stub(celery_guard.sent[0].task, returns=7)
    celery_guard.drain()
    result.refresh()
    assert result.return_value == 7

@pytest.mark.xfail(strict=True, reason="never run")
def test_what_is_left_fails(celery_guard):
    price.enqueue("apple")
"""


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_enqueued_goes_through_the_guard(
    pytester: pytest.Pytester, run: Run, backend: str
) -> None:
    if backend != "own" and importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} isn't there")
    (pytester.path / "proj" / "backend.py").write_text(BACKEND)
    with (pytester.path / "proj" / "celery.py").open("a") as file:
        file.write(RUN_TASK)
    with (pytester.path / "proj" / "settings.py").open("a") as file:
        tasks = {"default": {"BACKEND": BACKENDS[backend], "QUEUES": ["default", "slow"]}}
        file.write(f"TASKS = {tasks}\nCELERY_RESULT_EXTENDED = True\n")
        if backend == "django_tasks_fennel":
            file.write("INSTALLED_APPS.append('django_tasks_fennel')\n")
    (pytester.path / "shop" / "tasks.py").write_text(TASKS)
    (pytester.path / "shop" / "services.py").write_text("")
    (pytester.path / "shop" / "urls.py").write_text("urlpatterns = []")
    (pytester.path / "test_tasks.py").write_text(TESTS)
    ini = "celery_guard_app = proj.celery:app\n"
    result = run("", ini, "test_tasks.py")
    result.assert_outcomes(passed=6, xfailed=1)
