"""Every Celery app of a project, what configures it, and the answer for each of its settings.

May import the rest of ``settings``."""
