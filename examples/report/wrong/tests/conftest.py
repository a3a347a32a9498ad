import pytest
from fastapi.testclient import TestClient

from app import newsletter, tasks
from app.main import app


@pytest.fixture
def client():
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def mails(monkeypatch):
    """Who got which mail."""
    sent = []
    for module in (newsletter, tasks):
        monkeypatch.setattr(
            module, "send_mail", lambda to, subject, text: sent.append((to, subject))
        )
    return sent
