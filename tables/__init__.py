"""Makes the tables of what Celery knows from Celery's own releases: ``python -m tables``."""
