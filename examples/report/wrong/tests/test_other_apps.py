import pytest

from app import newsletter, prices, tidy


@pytest.mark.celery_guard(app="app.newsletter:newsletter")
def test_the_newsletter_goes_to_all(celery_guard, mails):
    assert newsletter.send_to_all(7, ["ann@example.com"]) == 0
    celery_guard.drain()
    assert mails == [("ann@example.com", "Issue 7")]


@pytest.mark.celery_guard(app="app.prices:prices")
def test_the_prices_are_listed(celery_guard):
    task_id = prices.start(100)
    celery_guard.drain()
    assert prices.state(task_id) == "SUCCESS"


def test_the_reports_that_are_gone_are_counted(celery_guard, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tidy, "REPORTS", tmp_path)
    tidy.main()
    assert capsys.readouterr().out == "0 reports are gone\n"
