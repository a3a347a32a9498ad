import os

from celery import Celery

from .mail import send_mail

newsletter = Celery(
    "newsletter",
    broker=os.environ.get("CELERY_BROKER_URL", "redis://localhost:6379/0"),
    backend=os.environ.get("CELERY_RESULT_BACKEND", "redis://localhost:6379/1"),
)


@newsletter.task
def send_issue(number, email):
    send_mail(email, f"Issue {number}", "News from the shop.")


def send_to_all(number, emails):
    results = [send_issue.delay(number, email) for email in emails]
    return sum(result.ready() for result in results)
