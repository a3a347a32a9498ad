"""What Celery 6 takes away: old names of settings, what reads them, and old imports.

May import ``written`` and everything below it."""
