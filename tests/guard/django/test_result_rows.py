"""Rows of django-celery-results: results are in the app's own tables, as in production."""

from __future__ import annotations

import pytest

from tests.guard.django.conftest import Run

pytest.importorskip("django_celery_results")

SETTINGS = """
INSTALLED_APPS = ["django.contrib.contenttypes", "django_celery_results", "shop"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CELERY_RESULT_BACKEND = "django-db"
CELERY_RESULT_EXTENDED = True
"""

TASKS = """
from celery import shared_task
from django.db import IntegrityError, transaction

@shared_task(autoretry_for=(ConnectionError,), max_retries=1, default_retry_delay=60)
def add(x, y=0):
    if x == "plum":
        raise KeyError("plum")
    if x == "down":
        raise ConnectionError("down")
    return x + y

@shared_task
def total(numbers):
    return sum(numbers)

@shared_task(bind=True)
def steps(self):
    self.update_state(state="HALF", meta={"done": 1})
    return 2

@shared_task
def breaks():
    from shop.models import Order
    Order.objects.create(pk=1)
    Order.objects.create(pk=1)
"""

HEAD = """
import pytest
from celery import chord, group
from celery.result import GroupResult
from django.db import transaction
from django.test import SimpleTestCase, TestCase
from shop.tasks import add, breaks, steps, total

def rows():
    from django_celery_results.models import TaskResult
    return TaskResult.objects

def groups():
    from django_celery_results.models import GroupResult
    return GroupResult.objects
"""


ROWS = """
pytestmark = pytest.mark.django_db

def test_a_success(celery_guard):
    result = add.delay(5, y=10)
    assert rows().count() == 0
    celery_guard.drain()
    row = rows().get(task_id=result.id)
    assert (row.status, row.task_name, row.result) == ("SUCCESS", "shop.tasks.add", "15")
    assert (row.task_args, row.worker) == ('"(5,)"', "guard@test")
    assert result.get() == 15

def test_nothing_of_another_test_is_left(celery_guard):
    assert rows().count() == 0

def test_a_failure(celery_guard):
    result = add.delay("plum")
    celery_guard.drain()
    row = rows().get(task_id=result.id)
    assert row.status == "FAILURE"
    assert "KeyError: 'plum'" in row.traceback
    assert celery_guard.states(result) == ["PENDING", "FAILURE"]

def test_a_retry(celery_guard):
    result = add.delay("down")
    celery_guard.drain()
    assert rows().get(task_id=result.id).status == "RETRY"
    celery_guard.advance(minutes=1)
    assert rows().get(task_id=result.id).status == "FAILURE"
    assert celery_guard.failures

@pytest.mark.celery_guard(conf={"task_track_started": True})
def test_each_state_in_turn(celery_guard):
    seen = []
    from django.db.models.signals import post_save
    from django_celery_results.models import TaskResult
    def note(instance, **_):
        seen.append(instance.status)
    post_save.connect(note, sender=TaskResult)
    steps.delay()
    celery_guard.drain()
    post_save.disconnect(note, sender=TaskResult)
    assert seen == ["STARTED", "HALF", "SUCCESS"]

def test_one_that_stores_nothing(celery_guard):
    add.apply_async((1,), ignore_result=True)
    celery_guard.drain()
    assert rows().count() == 0

def test_a_result_that_is_forgotten(celery_guard):
    result = add.delay(1)
    celery_guard.drain()
    celery_guard.forget(result)
    assert rows().count() == 0

def test_a_group_that_is_saved(celery_guard):
    result = group(add.s(1, 1), add.s(2, 2)).delay()
    assert groups().count() == 0
    result.save()
    assert result.children[0].id in groups().get(group_id=result.id).result
    assert GroupResult.restore(result.id).get() == [2, 4]
    result.delete()
    assert groups().count() == 0

def test_a_group_that_was_never_saved(celery_guard):
    result = group(add.s(1), add.s(2)).delay()
    result.delete()
    assert result.get() == [1, 2]

def test_the_header_of_a_chord_is_no_such_group(celery_guard):
    result = chord([add.s(1), add.s(2)], total.s()).delay()
    assert groups().count() == 0
    assert result.get() == 3

def test_at_once(celery_eager):
    result = add.delay(1)
    assert rows().get(task_id=result.id).status == "SUCCESS"

def test_a_stub(celery_guard):
    celery_guard.stub(add, returns="stub")
    result = add.delay(1)
    celery_guard.drain()
    assert rows().get(task_id=result.id).result == '"stub"'

@pytest.mark.celery_guard(store="guard")
def test_none_by_choice(celery_guard):
    result = add.delay(1)
    celery_guard.drain()
    assert rows().count() == 0
    assert result.get() == 1

@pytest.mark.celery_guard(store="app")
def test_by_choice(celery_guard):
    add.delay(1)
    celery_guard.drain()
    assert rows().count() == 1

def test_a_transaction_that_a_task_has_broken(celery_guard):
    result = breaks.delay()
    celery_guard.drain()
    assert celery_guard.states(result) == ["PENDING", "FAILURE"]
    with pytest.raises(transaction.TransactionManagementError):
        rows().count()

@pytest.mark.usefixtures("celery_guard")
class TestOfDjango(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.before = add.delay(1)

    def test_rows(self):
        self.celery_guard.drain()
        assert rows().get(task_id=self.before.id).status == "SUCCESS"
        assert self.before.get(timeout=3) == 1
"""


def test_each_stored_result_is_a_row(play: Run) -> None:
    play(ROWS).assert_outcomes(passed=16)


WITHOUT = """
def test_no_database(celery_guard):
    assert add.delay(1).get() == 1

@pytest.mark.usefixtures("celery_guard")
class TestSimple(SimpleTestCase):
    def test_no_database(self):
        assert add.delay(1).get() == 1
"""


def test_a_test_without_the_database_goes_without_rows(play: Run) -> None:
    play(WITHOUT).assert_outcomes(passed=2)


MUST = """
@pytest.mark.celery_guard(store="app", allow_failures=True)
def test_no_database(celery_guard):
    add.delay(1)
    celery_guard.drain()
    assert celery_guard.failures == []
"""


def test_where_rows_are_asked_for_the_database_is_needed(play: Run) -> None:
    result = play(MUST)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Database access not allowed*"])


def test_another_backend_has_no_rows(pytester: pytest.Pytester, play: Run) -> None:
    with (pytester.path / "proj" / "settings.py").open("a") as file:
        file.write('CELERY_RESULT_BACKEND = "redis://nowhere.invalid/1"\n')
    tests = """
    pytestmark = pytest.mark.django_db

    def test_auto(celery_guard):
        add.delay(1)
        celery_guard.drain()
        assert rows().count() == 0

    @pytest.mark.celery_guard(store="app")
    def test_app(celery_guard): ...
    """
    result = play(tests.replace("\n    ", "\n"))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*option store is 'app', and the result backend of 'proj' is"
            " 'redis://nowhere.invalid/1': only that of django-celery-results, 'django-db', is a"
            " database of the test."
        ]
    )


def test_a_backend_of_ones_own(pytester: pytest.Pytester, play: Run) -> None:
    (pytester.path / "proj" / "results.py").write_text(
        "from django_celery_results.backends import DatabaseBackend\n"
        "class Results(DatabaseBackend): ...\n"
    )
    with (pytester.path / "proj" / "settings.py").open("a") as file:
        file.write('CELERY_RESULT_BACKEND = "proj.results:Results"\n')
    tests = """
    @pytest.mark.django_db
    def test_own(celery_guard):
        add.delay(1)
        celery_guard.drain()
        assert rows().count() == 1
    """
    play(tests.replace("\n    ", "\n")).assert_outcomes(passed=1)


def test_a_wrong_value_is_told(play: Run) -> None:
    result = play("def test_it(celery_guard): ...", "celery_guard_store = ap\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*option store is 'ap'. Did you mean 'app'?*"])
