from unittest.mock import patch

import pytest
from django.contrib.auth.models import User

from shop.tasks import send_welcome_mail

ANN = {"username": "ann", "email": "ann@example.com"}


@pytest.fixture
def ann(db):
    return User.objects.create_user(**ANN)


def test_the_welcome_mail_waits_for_the_commit(client, db, celery_guard, mailoutbox):
    client.post("/signup/", ANN)
    assert celery_guard.sent == []
    celery_guard.drain(commit=True)
    assert [mail.subject for mail in mailoutbox] == ["Welcome"]


def test_mails_have_a_queue_of_their_own(ann, celery_guard):
    send_welcome_mail.delay(ann.pk)
    assert celery_guard.sent == [send_welcome_mail.s(ann.pk).set(queue="mail")]
    celery_guard.drain()


def test_a_mail_server_that_is_down_is_tried_again_after_a_minute(ann, celery_guard):
    with patch("shop.tasks.send_mail", side_effect=[ConnectionRefusedError, 1]):
        result = send_welcome_mail.delay(ann.pk)
        celery_guard.drain()
        celery_guard.advance(minutes=1)
    assert celery_guard.states(result) == ["PENDING", "RETRY", "SUCCESS"]
