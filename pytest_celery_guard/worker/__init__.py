"""A real Celery worker without its event loop, processes and wall clock."""
