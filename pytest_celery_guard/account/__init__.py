"""What the tasks of one test did, as values and as text.

Imports ``world`` and what is below; no Celery.
"""
