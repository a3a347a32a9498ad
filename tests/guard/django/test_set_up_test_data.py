"""What ``setUpTestData`` sends: each test of the class begins with it, as with the rows."""

from __future__ import annotations

from tests.guard.django.conftest import Run

SENDS = """
{mark}
class OrderTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.order = Order.objects.create()
        cls.result = pay.delay(cls.order.pk)

    def test_one(self):
        {test}
        self.order.refresh_from_db()
        self.assertTrue(self.order.paid)

    def test_two(self):
        {test}
        self.assertEqual(self.result.get(timeout=3), 1)
"""
MARK = '@pytest.mark.usefixtures("celery_guard")'
ALLOW = "celery_guard_allow_leftover = true\n"


def test_it_waits_for_each_test(run: Run) -> None:
    test = "self.assertEqual(self.celery_guard.drain(), 1)"
    run(SENDS.format(mark=MARK, test=test), ALLOW).assert_outcomes(passed=2)


def test_it_may_run_at_once(run: Run) -> None:
    mark = MARK.replace("celery_guard", "celery_eager")
    test = "self.assertEqual(self.result.state, 'SUCCESS')"
    run(SENDS.format(mark=mark, test=test), ALLOW).assert_outcomes(passed=2)


AUTOUSE = """
@pytest.fixture(autouse=True)
def tasks_run_at_once(celery_eager):
    yield
"""


def test_a_fixture_for_all_needs_a_scope_for_it(run: Run) -> None:
    text = SENDS.format(mark="", test="self.assertEqual(self.result.state, 'SUCCESS')")
    result = run(AUTOUSE + text)
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        [
            "*shop.tasks.pay was not sent: test_shop.py:* sends it to redis://nowhere.invalid/0"
            " in setUpClass, where celery_guard is not enabled. Mark the class with"
            ' @pytest.mark.usefixtures("celery_guard").*'
        ]
    )
    ini = f"{ALLOW}celery_guard_scope = class\n"
    run(AUTOUSE + text, ini).assert_outcomes(passed=2)


def test_hooks_of_set_up_test_data_are_no_test_s(run: Run) -> None:
    run(
        """
        @pytest.mark.usefixtures("celery_guard")
        class OrderTests(TestCase):
            @classmethod
            def setUpTestData(cls):
                cls.order = services.order()

            def test_one(self):
                self.assertEqual(self.celery_guard.drain(commit=True), 0)

            def test_two(self):
                services.order()
                self.assertEqual(self.celery_guard.drain(commit=True), 2)
        """.replace("\n        ", "\n")
    ).assert_outcomes(passed=2)


def test_hooks_of_a_test_are_not_the_class_s(run: Run) -> None:
    run(
        """
@pytest.mark.usefixtures("celery_guard")
class OrderTests(TestCase):
    @pytest.mark.celery_guard(allow_leftover=True)
    def test_one(self):
        services.order()
"""
    ).assert_outcomes(passed=1)
