import gzip
from pathlib import Path

from celery import Celery

# Celery 4 still had this backend. Today the first result raises ImproperlyConfigured.
archive = Celery("archive", broker="amqp://localhost", backend="amqp://localhost")


@archive.task
def compress(name):
    path = Path(name)
    target = path.with_suffix(".gz")
    target.write_bytes(gzip.compress(path.read_bytes()))
    return str(target)
