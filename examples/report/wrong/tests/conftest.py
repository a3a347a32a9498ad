import pytest
from fastapi.testclient import TestClient

from app import tasks
from app.main import app


@pytest.fixture
def client():
    return TestClient(app)


@pytest.fixture
def mails(monkeypatch):
    """Who got which mail."""
    sent = []
    monkeypatch.setattr(
        tasks, "send_mail", lambda to, subject, text: sent.append((to, subject))
    )
    return sent
