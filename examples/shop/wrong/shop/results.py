from celery.result import AsyncResult


def fetch(task_id):
    # Only the view `report` gets here: each request waits for the whole report.
    return AsyncResult(task_id).get(timeout=60)
