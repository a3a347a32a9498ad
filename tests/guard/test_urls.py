"""URLs in messages: a password is masked, and none is shown where there is none."""

from __future__ import annotations

import pytest
from kombu import Connection

from pytest_celery_guard.basics.urls import url_of


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://queue/0", "redis://queue:6379/0"),
        ("redis://:hunter2@queue/0", "redis://:**@queue:6379/0"),
        ("redis://ann:hunter2@queue/0", "redis://ann:**@queue:6379/0"),
        ("amqp://", "amqp://guest@localhost:5672//"),
        ("amqp://ann@queue//", "amqp://ann@queue:5672//"),
        ("amqp://ann:hunter2@queue//", "amqp://ann:**@queue:5672//"),
    ],
)
def test_a_mask_stands_for_a_password_only(url: str, shown: str) -> None:
    assert url_of(Connection(url)) == shown
