import pytest
from django.test import Client, TestCase

from shop.models import Order
from shop.tasks import build_report


@pytest.fixture
def orders(db):
    Order.objects.create(placed_on="2025-01-31", cents=120)
    Order.objects.create(placed_on="2025-12-24", cents=310)


def test_the_client_polls_until_the_report_is_there(client, orders, celery_guard):
    task_id = client.post("/reports/2025/").json()["id"]
    status = f"/reports/status/{task_id}/"
    assert client.get(status).json() == {"state": "PENDING", "report": None}

    celery_guard.drain()
    report = {"year": 2025, "cents": 430}
    assert client.get(status).json() == {"state": "SUCCESS", "report": report}

    celery_guard.advance(hours=25)  # Celery keeps a result for a day
    assert client.get(status).json() == {"state": "PENDING", "report": None}


def test_every_task_behind_a_report_by_mail_succeeds(client, orders, celery_guard):
    client.post("/reports/2025/mail/", {"email": "ann@example.com"})
    celery_guard.drain()  # a task that fails now fails the test


def test_a_report_that_nobody_asked_for_is_pending(celery_guard):
    client = Client(raise_request_exception=False)
    response = client.get(f"/reports/status/{celery_guard.unknown_id()}/")
    assert response.status_code == 200
    assert response.json() == {"state": "PENDING", "report": None}


@pytest.mark.usefixtures("celery_guard")
class YearlyReportTests(TestCase):
    def test_it_is_built_from_the_totals_of_all_months(self):
        Order.objects.create(placed_on="2025-03-08", cents=75)
        self.client.post("/reports/2025/")
        self.celery_guard.drain()
        totals = [0, 0, 75, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        assert self.celery_guard.sent.of(build_report) == [build_report.s(totals=totals)]
