from celery.result import AsyncResult


def fetch(task_id):
    return AsyncResult(task_id).get(timeout=60)
