"""Every Celery app of a project, and what each of its settings is."""
