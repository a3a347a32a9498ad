import os
import time
from pathlib import Path

from .celery_app import celery_app

REPORTS = Path(os.environ.get("REPORTS", "reports"))
MONTH = 30 * 24 * 60 * 60


@celery_app.task(ignore_result=True)
def remove_old_reports():
    old = [path for path in REPORTS.iterdir() if path.stat().st_mtime < time.time() - MONTH]
    for path in old:
        path.unlink()
    return len(old)


def main():
    # None, and at once, whether they are gone, will be gone or never will be.
    count = remove_old_reports.delay().get(timeout=60)
    print(f"{count} reports are gone")
