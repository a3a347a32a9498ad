"""``celery-guard map``: a picture of a project."""
