"""CEL8: what Celery 6 removes. Off by default."""
