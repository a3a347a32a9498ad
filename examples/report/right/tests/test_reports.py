ANN = {"email": "ann@example.com"}


def test_the_client_polls_until_the_report_is_there(client, celery_guard):
    report_id = client.post("/reports/2025").json()["id"]
    status = f"/reports/{report_id}"
    assert client.get(status).json() == {"state": "PENDING", "report": None}

    celery_guard.drain()
    report = {"year": 2025, "cents": 528000}
    assert client.get(status).json() == {"state": "SUCCESS", "report": report}


def test_a_report_by_mail(client, celery_guard, mails):
    report_id = client.post("/reports/2025/mail", json=ANN).json()["id"]
    celery_guard.drain()
    assert celery_guard.states(report_id) == ["PENDING", "SUCCESS"]
    assert mails == [("ann@example.com", "Report 2025")]
