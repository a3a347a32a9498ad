import sys
import time

from celery.result import AsyncResult

from .celery_app import celery_app


def main():
    result = AsyncResult(sys.argv[1], app=celery_app)
    # A report that failed or was revoked is waited for until somebody stops this.
    while result.state != "SUCCESS":
        time.sleep(1)
    print(f"{result.result['cents']} cents")
