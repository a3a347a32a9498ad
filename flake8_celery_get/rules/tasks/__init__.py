"""CEL5: tasks whose declaration Celery ignores or can't carry out."""
