import os
import shutil
from pathlib import Path

from celery import Celery

# Nobody is told how a backup ended: the worker throws every result away.
backup = Celery(
    "backup", broker=os.environ.get("CELERY_BROKER_URL", "redis://localhost:6379/0")
)


@backup.task
def copy_sales(folder):
    target = Path(folder, "sales.csv")
    shutil.copy(Path(__file__).with_name("sales.csv"), target)
    return str(target)
