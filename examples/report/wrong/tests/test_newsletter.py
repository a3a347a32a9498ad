import pytest

READERS = ["ann@example.com", "bob@example.com"]


@pytest.mark.celery_guard(app="app.newsletter:newsletter")
def test_every_reader_gets_the_issue(client, celery_guard, mails):
    response = client.post("/issues/7", json=READERS)
    assert response.status_code == 202
    celery_guard.drain()
    assert mails == [(email, "Issue 7") for email in READERS]
