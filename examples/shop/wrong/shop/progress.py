from celery.result import AsyncResult


def is_running(task_id):
    # Also true of a report that nobody asked for, and of one whose result has expired.
    return AsyncResult(task_id).state in ("PENDING", "RETRY")
