import sys

from celery.result import AsyncResult

from .celery_app import celery_app


def main():
    report = AsyncResult(sys.argv[1], app=celery_app).get(timeout=600)
    print(f"{report['cents']} cents")
