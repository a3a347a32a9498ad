from fastapi.testclient import TestClient

from app.main import app


def test_the_server_answers_while_the_digest_is_made(celery_guard):
    with TestClient(app) as client:
        assert client.get("/reports/unknown").json() == {"state": "PENDING", "report": None}
    celery_guard.drain()
