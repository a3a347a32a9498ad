"""CEL603: a send while a transaction of the application is open, and no other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.guard.django.conftest import Run

if TYPE_CHECKING:
    import pytest

FINE = """
def flow():
    order = services.order()
    pay.delay(order.pk)
    with transaction.atomic():
        pay.apply_async((order.pk,), countdown=5)
        pay.delay(order.pk)
        order.save()

@pytest.mark.celery_guard(allow_leftover=True)
class TestFine:
    @pytest.fixture
    def block_of_a_fixture(self, db):
        with transaction.atomic():
            yield

    def test_under_db(self, db, celery_guard):
        flow()

    def test_the_guard_comes_first(self, celery_guard, db):
        flow()

    def test_within_a_block_of_a_fixture(self, celery_guard, block_of_a_fixture):
        flow()

    def test_with_real_commits(self, transactional_db, celery_guard):
        flow()

    def test_without_a_database(self, celery_guard):
        pay.delay(7)

    def test_of_a_hook(self, db, celery_guard, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            services.order()
        assert celery_guard.sent == [pay]

@pytest.mark.celery_guard(allow_leftover=True)
@pytest.mark.usefixtures("celery_guard")
class FineTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.order = Order.objects.create()

    def test_in_a_test_case(self):
        flow()

@pytest.mark.celery_guard(allow_leftover=True)
@pytest.mark.usefixtures("celery_guard")
class FineTransactionTests(TransactionTestCase):
    def test_in_a_transaction_test_case(self):
        flow()
"""

EARLY = """
@pytest.mark.celery_guard(allow_leftover=True)
class TestEarly:
    def test_under_db(self, db, celery_guard):
        services.too_early()

    def test_with_real_commits(self, transactional_db, celery_guard):
        services.too_early()

    def test_in_a_view(self, db, celery_guard, client):
        client.get("/early")

    @pytest.mark.django_db(databases=["default", "archive"])
    def test_in_another_database(self, celery_guard):
        with transaction.atomic(using="archive"):
            pay.delay(Order.objects.using("archive").create().pk)

    @pytest.mark.celery_guard(allow=["CEL603"])
    def test_allowed(self, db, celery_guard):
        services.too_early()

@pytest.mark.celery_guard(allow_leftover=True)
@pytest.mark.usefixtures("celery_guard")
class EarlyTests(TestCase):
    def test_in_a_test_case(self):
        services.too_early()

    def test_swallowed(self):
        try:
            with transaction.atomic():
                pay.delay(Order.objects.create().pk)
                raise ValueError
        except ValueError:
            pass
"""


def test_sends_that_are_fine(run: Run) -> None:
    run(FINE).assert_outcomes(passed=8)


def test_sends_that_are_too_early(run: Run) -> None:
    result = run(EARLY)
    result.assert_outcomes(failed=6, passed=1)
    assert result.stdout.str().count("\nCEL603 ") == 6
    result.stdout.fnmatch_lines(
        [
            "CEL603 pay: Order 1 is not committed yet: it is written in a transaction that is"
            " still open on the database 'default' (shop/services.py:13). A worker may run"
            " the task before the commit, or although it is rolled back. Write"
            " transaction.on_commit(lambda: pay.delay(...))*.",
            'If this is intended, mark the test with *(allow=[[]"CEL603"[]]).',
        ]
    )


MODEL = """
def test_a_model(db, celery_guard):
    try:
        pay.delay(Order.objects.create())
    except Exception:
        pass

@pytest.mark.celery_guard(allow_leftover=True)
def test_a_pickled_one(db, celery_guard):
    pay.apply_async((Order.objects.create(),), serializer="pickle")
"""


def test_a_model_is_no_argument(run: Run) -> None:
    result = run(MODEL)
    result.assert_outcomes(failed=1, passed=1, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "CEL602 pay: `order_id` is the Django model Order,"
            " which json can't serialize. Send its primary key."
            " Sent as shop.tasks.pay at test_shop.py:11.",
            "*CeleryGuardWarning: CEL602 pay: `order_id` is the Django model Order, and"
            " pickle sends a copy of its current state. Send its primary key."
            " Sent as shop.tasks.pay at test_shop.py:17.",
        ]
    )


OTHER_DATABASES = """
pytestmark = [
    pytest.mark.django_db(databases=["default", "archive", "replica"]),
    pytest.mark.celery_guard(allow_leftover=True),
]

@pytest.fixture
def early(db):
    return Order.objects.create()

class TestFine:
    def test_a_row_that_was_there_before(self, early, celery_guard):
        with transaction.atomic(using="archive"):
            pay.delay(early.pk)

    def test_a_row_that_is_made_in_the_block_of_another_database(self, celery_guard):
        with transaction.atomic(using="archive"):
            pay.delay(Order.objects.create().pk)

    def test_its_key_as_text_in_a_list(self, celery_guard):
        row = Order.objects.create()
        with transaction.atomic(using="archive"):
            pay.delay([str(row.pk)])

    def test_a_row_that_a_helper_has(self, celery_guard):
        def send(pk):
            with transaction.atomic(using="archive"):
                pay.delay(pk)

        class Cart:
            order = None

        cart = Cart()
        cart.order = Order.objects.create()
        send(cart.order.pk)

    def test_a_block_on_a_replica(self, celery_guard):
        row = Order.objects.create()
        with transaction.atomic(using="replica"):
            pay.delay(row.pk)

    def test_a_row_that_was_read_from_the_replica(self, celery_guard):
        row = Order.objects.create()
        row._state.db = "replica"
        with transaction.atomic(using="replica"), transaction.atomic(using="archive"):
            pay.delay(row.pk)

    def test_no_row_and_a_replica(self, celery_guard):
        with transaction.atomic(using="replica"):
            thank.delay(7)

class TestEarly:
    def test_one(self, celery_guard):
        with transaction.atomic(using="replica"):
            with transaction.atomic():  # block one
                pay.delay(Order.objects.create().pk)

    def test_two(self, celery_guard):
        with transaction.atomic(using="archive"):  # block two
            row = Order.objects.using("archive").create()
            pay.delay(row.pk)

    def test_three(self, celery_guard):
        with transaction.atomic(using="archive"), transaction.atomic():  # block three
            pay.delay(Order.objects.using("default").create().pk)

    def test_four(self, celery_guard):
        decorated()

@transaction.atomic(using="archive")  # block four
def decorated():
    thank.delay(Order.objects.using("archive").create().pk)
"""


def test_the_database_that_the_rows_are_in(run: Run, pytester: pytest.Pytester) -> None:
    settings = pytester.path / "proj" / "settings.py"
    replica = (
        '"replica": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:",'
        ' "TEST": {"MIRROR": "default"}},'
    )
    settings.write_text(
        settings.read_text().replace('    "archive"', f'{replica}\n    "archive"')
    )
    result = run(OTHER_DATABASES)
    result.assert_outcomes(passed=7, failed=4)
    found = re.findall(
        r"open on the database '(\w+)' \(test_shop.py:(\d+)\)", result.stdout.str()
    )
    source = (pytester.path / "test_shop.py").read_text().splitlines()
    blocks = {(alias, source[int(line) - 1].partition("# ")[2]) for alias, line in found}
    assert blocks == {
        ("default", "block one"),
        ("archive", "block two"),
        ("default", "block three"),
        ("archive", "block four"),
    }


ROWS = """
from django.db.models.signals import m2m_changed, post_delete, post_save
from shop.models import Bill, Shop
from shop.tasks import report, send_again

pytestmark = [pytest.mark.django_db, pytest.mark.celery_guard(allow_leftover=True)]

class TestFine:
    def test_before_the_first_write(self, celery_guard):
        order = Order.objects.create()
        with transaction.atomic():
            pay.delay(Order.objects.select_for_update().get(pk=order.pk).pk)
            order.save()

    def test_a_row_of_another_table_with_the_same_key(self, celery_guard):
        order = Order.objects.create()
        with transaction.atomic():
            assert Bill.objects.create().pk == order.pk
            pay.delay(order.pk)

    def test_the_same_by_a_parameter_that_is_named_after_its_model(self, celery_guard):
        with transaction.atomic():
            pay.delay(Bill.objects.create().pk)

    def test_no_row_at_all(self, celery_guard):
        with transaction.atomic():
            Order.objects.create()
            report.delay()
            report.delay("daily", days=1, retries=[True, None])

    def test_a_block_that_wrote_before(self, celery_guard):
        order = decorated(Order.objects.create)
        decorated(lambda: pay.delay(order.pk))

    def test_a_task_that_runs_in_the_block_of_who_sent_it(self, celery_eager):
        with transaction.atomic():
            order = Order.objects.create()
            send_again.delay("x")

class TestEarly:
    def test_a_row_that_is_saved(self, celery_guard):
        order = Order.objects.create()
        with transaction.atomic():
            order.save()
            pay.delay(order.pk)

    def test_the_row_among_others_with_its_key(self, celery_guard):
        bill = Bill.objects.create()
        with transaction.atomic():
            order = Order.objects.create()
            assert bill.pk == order.pk
            pay.delay(order.pk)

    def test_rows_that_are_written_together(self, celery_guard):
        with transaction.atomic():
            orders = Order.objects.bulk_create(Order() for _ in range(3))
            report.delay("daily", keys=[str(each.pk) for each in orders])

    def test_a_slug(self, celery_guard):
        with transaction.atomic():
            report.delay(Bill.objects.create(slug="A-17").slug)

    def test_a_part_of_a_chain(self, celery_guard):
        with transaction.atomic():
            order = Order.objects.create()
            (report.si("x") | thank.si(order.pk)).delay()

    def test_a_receiver_that_is_older_than_the_guard(self, celery_guard):
        with transaction.atomic():
            Shop.objects.create()

    def test_while_a_row_is_deleted(self, celery_guard):
        Shop.objects.bulk_create([Shop()])
        Shop.objects.get().delete()

    def test_while_rows_are_added(self, celery_guard):
        Order.objects.create().bills.add(Bill.objects.create())

@transaction.atomic
def decorated(do):
    return do()

def send(instance, **_):
    report.delay(str(instance.pk))

post_save.connect(send, Shop)
post_delete.connect(send, Shop)
m2m_changed.connect(send, Order.bills.through)
"""

MORE_MODELS = """
class Bill(models.Model):
    slug = models.CharField(max_length=9, unique=True)

class Shop(models.Model):
    pass

class Order(models.Model):
    paid = models.BooleanField(default=False)
    bills = models.ManyToManyField(Bill)
"""

MORE_TASKS = """
@shared_task
def report(name="all", days=7, keys=(), retries=0):
    pass

@shared_task
def send_again(name):
    with transaction.atomic():
        pay.delay(Order.objects.get().pk)
"""


def test_the_rows_that_the_transaction_has_written(
    run: Run, pytester: pytest.Pytester
) -> None:
    models, tasks = (
        pytester.path / "shop" / "models.py",
        pytester.path / "shop" / "tasks.py",
    )
    models.write_text("from django.db import models\n" + MORE_MODELS)
    tasks.write_text(tasks.read_text() + MORE_TASKS)
    result = run(ROWS)
    result.assert_outcomes(passed=6, failed=8)
    assert result.stdout.str().count("\nCEL603 ") == 8
