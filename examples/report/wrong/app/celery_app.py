import os

from celery import Celery

celery_app = Celery(
    "app",
    broker=os.environ.get("CELERY_BROKER_URL", "redis://localhost:6379/0"),
    backend=os.environ.get("CELERY_RESULT_BACKEND", "redis://localhost:6379/1"),
    include=["app.tasks", "app.tidy"],
    # The worker for mails listens to the queue "mail"; nobody ever sends these.
    task_routes={"app.tasks.*mail*": {"queue": "mails"}},
)
