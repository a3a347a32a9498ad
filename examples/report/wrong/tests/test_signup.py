from app.tasks import send_welcome_mail

ANN = {"email": "ann@example.com"}


def test_the_visitor_does_not_wait_for_the_welcome_mail(client, celery_guard, mails):
    client.post("/signup", json=ANN)
    (mail,) = celery_guard.sent.of(send_welcome_mail)
    assert celery_guard.states(mail.id) == ["PENDING"]

    celery_guard.drain()
    assert mails == [("ann@example.com", "Welcome")]


def test_the_worker_for_mails_sends_them(celery_guard, mails):
    send_welcome_mail.delay("ann@example.com")
    celery_guard.drain(queue="mail")  # a message in another queue would be left over
