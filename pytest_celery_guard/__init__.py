"""The pytest side of celery-guard. It does nothing yet."""
