from fastapi.testclient import TestClient

from app.main import app


def test_the_server_answers_while_the_digest_is_made(celery_guard):
    with TestClient(app) as client:
        assert client.get("/openapi.json").is_success
    celery_guard.drain()
