import pytest

from app.prices import price_in

pytestmark = pytest.mark.celery_guard(app="app.prices:prices")


def test_a_price_list_is_made(client, celery_guard):
    response = client.post("/prices/1000")
    assert response.status_code == 202
    celery_guard.drain()
    assert celery_guard.states(response.json()["id"]) == ["PENDING", "SUCCESS"]


def test_the_client_learns_that_a_price_is_there(client, celery_guard):
    price = price_in.delay("USD", 1000)
    celery_guard.drain()
    assert client.get(f"/prices/{price.id}").json() == {"state": "SUCCESS"}
