"""Hooks of transaction.on_commit, in tests whose transaction never commits."""

from __future__ import annotations

import pytest

from tests.guard.django.conftest import Run

DRAIN = """
from asgiref.sync import sync_to_async

class TestDrain:
    def test_hooks_and_tasks_until_quiet(self, db, celery_guard):
        order = services.order()
        assert celery_guard.drain() == 0
        assert celery_guard.drain(commit=True) == 2  # pay, and what its own hook sends
        assert celery_guard.sent == [pay.s(order.pk), thank.s(order.pk)]
        order.refresh_from_db()  # the task saw the row of the test, and the test sees its own
        assert order.paid
        assert celery_guard.drain(commit=True) == 0

    def test_in_a_view(self, db, celery_guard, client):
        client.get("/order")
        assert celery_guard.drain(commit=True) == 2

    def test_a_hook_of_a_hook(self, db, celery_guard):
        ran = []
        def outer():
            ran.append("outer")
            transaction.on_commit(lambda: ran.append("inner"))
        transaction.on_commit(outer)
        celery_guard.drain(commit=True)
        assert ran == ["outer", "inner"]

    def test_a_savepoint_that_is_rolled_back_drops_its_hooks(self, db, celery_guard):
        with pytest.raises(ValueError):
            with transaction.atomic():
                services.order()
                raise ValueError
        assert celery_guard.drain(commit=True) == 0
        assert celery_guard.sent == []

    def test_an_open_block_keeps_its_hooks(self, db, celery_guard):
        with transaction.atomic():
            services.order()
            assert celery_guard.drain(commit=True) == 0
        assert celery_guard.drain(commit=True) == 2

    @pytest.mark.django_db(databases=["default", "archive"])
    def test_hooks_of_two_databases(self, celery_guard):
        ran = []
        transaction.on_commit(lambda: ran.append("archive"), using="archive")
        transaction.on_commit(lambda: ran.append("default"))
        celery_guard.drain(commit=True)
        assert sorted(ran) == ["archive", "default"]

    def test_an_error_ends_the_commit(self, db, celery_guard):
        ran = []
        def fails():
            raise KeyError("stock")
        transaction.on_commit(lambda: ran.append("before"))
        transaction.on_commit(fails)
        transaction.on_commit(lambda: ran.append("behind"))
        with pytest.raises(KeyError, match="stock"):
            celery_guard.drain(commit=True)
        celery_guard.drain(commit=True)
        assert ran == ["before"]

    def test_a_robust_hook_logs_its_error(self, db, celery_guard, caplog):
        ran = []
        def fails():
            raise KeyError("stock")
        transaction.on_commit(fails, robust=True)
        transaction.on_commit(lambda: ran.append("behind"))
        celery_guard.drain(commit=True)
        assert ran == ["behind"]
        assert "in on_commit() during transaction ('stock')" in caplog.text
        assert "Error calling TestDrain.test_a_robust_hook" in caplog.text

    def test_hooks_without_end(self, db, celery_guard):
        def again():
            transaction.on_commit(again)
        transaction.on_commit(again)
        with pytest.raises(Exception, match="added further hooks, 100 times in a row"):
            celery_guard.drain(commit=True)

    def test_until(self, db, celery_guard):
        services.order()
        assert celery_guard.drain(commit=True, until=lambda: thank in celery_guard.sent) == 1
        celery_guard.drain()

    def test_a_hook_of_a_fixture(self, db, early_order, celery_guard):
        assert celery_guard.drain(commit=True) == 2

    @pytest.fixture
    def early_order(self, db):
        return services.order()

    @pytest.mark.skipif(not hasattr(pay, "delay_on_commit"), reason="from Celery 5.4 on")
    def test_the_methods_of_a_django_task(self, db, celery_guard):
        order = Order.objects.create()
        thank.delay_on_commit(order.pk)
        thank.apply_async_on_commit((order.pk,), queue="mail")
        assert celery_guard.sent == []
        assert celery_guard.drain(commit=True) == 2
        assert [each.queue for each in celery_guard.sent] == ["celery", "mail"]

    def test_real_commits(self, transactional_db, celery_guard):
        services.order()
        assert celery_guard.sent == [pay]
        assert celery_guard.drain(commit=True) == 2

@pytest.mark.usefixtures("celery_guard")
class DrainTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.order = services.order()

    def test_in_a_test_case(self):
        services.order()
        assert self.celery_guard.drain(commit=True) == 2

    async def test_awaited(self):
        await sync_to_async(services.order)()
        assert await self.celery_guard.adrain(commit=True) == 2

    def test_hooks_of_the_class_are_not_those_of_the_test(self):
        assert self.celery_guard.drain(commit=True) == 0
"""


def test_drain_with_commit(run: Run) -> None:
    result = run(DRAIN)
    outcomes = result.parseoutcomes()
    assert outcomes.get("failed", 0) == outcomes.get("errors", 0) == 0
    assert outcomes["passed"] >= 14


OTHERS = """
class TestOthers:
    def test_the_fixture_of_pytest_django(
        self, db, celery_guard, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            services.order()
        assert len(callbacks) == 1
        assert celery_guard.sent == [pay]
        assert celery_guard.drain(commit=True) == 2  # pay was not sent a second time

    def test_the_fixture_first(self, db, django_capture_on_commit_callbacks, celery_guard):
        with django_capture_on_commit_callbacks(execute=True):
            services.order()
        assert celery_guard.drain(commit=True) == 2

    def test_a_hook_that_the_test_calls(
        self, db, celery_guard, django_capture_on_commit_callbacks
    ):
        order = Order.objects.create()
        def hook():
            pay.delay(order.pk)

        with django_capture_on_commit_callbacks() as callbacks:
            transaction.on_commit(hook)
        assert callbacks == [hook]
        assert callbacks[0].__name__ == 'hook'
        callbacks[0]()
        assert celery_guard.drain(commit=True) == 2

    def test_a_drain_within_it(self, db, celery_guard, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as callbacks:
            services.order()
            celery_guard.drain(commit=True)
        assert len(callbacks) == 2
        assert len(celery_guard.sent) == 2

    def test_what_is_no_function(self, db, celery_guard):
        with pytest.raises(TypeError, match="must be a callable"):
            transaction.on_commit(7)

@pytest.mark.usefixtures("celery_guard")
class OthersTests(TestCase):
    def test_djangos_own(self):
        with self.captureOnCommitCallbacks(execute=True):
            services.order()
        assert self.celery_guard.drain(commit=True) == 2

def test_django_is_put_back(db):
    from django.db.backends.base.base import BaseDatabaseWrapper
    assert BaseDatabaseWrapper.on_commit.__module__ == "django.db.backends.base.base"
    assert transaction.Atomic.__exit__.__module__ == "django.db.transaction"
"""


def test_other_ways_to_run_hooks(run: Run) -> None:
    run(OTHERS).assert_outcomes(passed=7)


AT_ONCE = """
@pytest.mark.celery_guard(commit=True)
class TestAtOnce:
    def test_the_hook_runs_when_the_block_ends(self, db, celery_guard):
        with transaction.atomic():
            order = services.order()
            assert celery_guard.sent == []
        assert celery_guard.sent == [pay.s(order.pk)]
        assert celery_guard.drain() == 2

    def test_without_a_block_it_runs_now(self, db, celery_guard):
        ran = []
        transaction.on_commit(lambda: ran.append(1))
        assert ran == [1]

    def test_eager(self, db, celery_eager):
        order = services.order()
        order.refresh_from_db()
        assert order.paid
        assert [each.task for each in celery_eager.sent] == [pay.name, thank.name]

    def test_a_block_that_fails(self, db, celery_guard):
        with pytest.raises(ValueError):
            with transaction.atomic():
                services.order()
                raise ValueError
        assert celery_guard.sent == []

    def test_an_error_reaches_the_code_that_commits(self, db, celery_guard):
        def fails():
            raise KeyError("stock")
        with pytest.raises(KeyError, match="stock"):
            with transaction.atomic():
                transaction.on_commit(fails)

    def test_in_a_view(self, db, celery_guard, client):
        client.get("/order")
        assert celery_guard.sent == [pay]
        celery_guard.drain()

    def test_real_commits(self, transactional_db, celery_guard):
        services.order()
        assert celery_guard.drain() == 2

@pytest.mark.celery_guard(commit=True)
@pytest.mark.usefixtures("celery_guard")
class AtOnceTests(TestCase):
    def test_in_a_test_case(self):
        services.order()
        assert self.celery_guard.drain() == 2

    def test_beside_djangos_own(self):
        with self.captureOnCommitCallbacks(execute=True) as callbacks:
            services.order()
        assert len(callbacks) == 1
        assert self.celery_guard.drain() == 2
"""


def test_commits_of_a_whole_test(run: Run) -> None:
    run(AT_ONCE).assert_outcomes(passed=9)


def test_commits_of_a_whole_suite(run: Run) -> None:
    test = """
def test_it(db, celery_guard):
    services.order()
    assert celery_guard.sent == [pay]
    celery_guard.drain()
"""
    run(test, "celery_guard_commit = true").assert_outcomes(passed=1)
    run(test, "", "--celery-guard-commit").assert_outcomes(passed=1)


LEFT = """
class TestLeft:
    def test_a_lambda(self, db, celery_guard):
        services.order()

    def test_a_partial(self, db, celery_guard):
        transaction.on_commit(functools.partial(pay.delay, 7))

    def test_a_method(self, db, celery_guard):
        transaction.on_commit(pay.s(7).apply_async)

    def test_no_task(self, db, celery_guard):
        transaction.on_commit(lambda: None)
        transaction.on_commit(functools.partial(print, 1))

    @pytest.mark.celery_guard(allow_leftover=True)
    def test_allowed(self, db, celery_guard):
        services.order()

    def test_rolled_back(self, db, celery_guard):
        with pytest.raises(ValueError):
            with transaction.atomic():
                services.order()
                raise ValueError

    def test_failing(self, db, celery_guard):
        services.order()
        assert celery_guard.sent == [pay]

@pytest.mark.usefixtures("celery_guard")
class LeftTests(TestCase):
    def test_in_a_test_case(self):
        services.order()
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "test_a_lambda",
            "  shop/services.py:9: order.<locals>.<lambda>, which calls delay",
        ),
        ("test_a_partial", "  test_shop.py:14: shop.tasks.pay.delay(7)"),
        ("test_a_method", "  test_shop.py:17: shop.tasks.pay.apply_async()"),
        (
            "test_in_a_test_case",
            "  shop/services.py:9: order.<locals>.<lambda>, which calls delay",
        ),
    ],
)
def test_a_hook_that_would_send_and_never_ran(run: Run, name: str, said: str) -> None:
    result = run(LEFT, "", "-k", name)
    result.stdout.fnmatch_lines(
        [
            "1 on_commit hook would send a task but never ran:",
            said,
            "The transaction of a test never commits. Run its hooks, and what they send, with"
            " celery_guard.drain(commit=True).",
            "If they don't have to run, mark the test with"
            " @pytest.mark.celery_guard(allow_leftover=True).",
        ],
        consecutive=True,
    )


def test_hooks_that_may_be_left(run: Run) -> None:
    run(LEFT, "", "-k", "no_task or allowed or rolled_back").assert_outcomes(
        passed=3, deselected=5
    )


def test_a_failure_shows_the_hooks_that_wait(run: Run) -> None:
    result = run(LEFT, "", "-k", "test_failing")
    result.stdout.fnmatch_lines(
        [
            "*nothing was sent*",
            "*Captured Celery call*",
            "These on_commit hooks never ran (celery_guard.drain(commit=True) runs them):",
            "  shop/services.py:9: *which calls delay",
        ]
    )
