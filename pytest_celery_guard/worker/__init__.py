"""The worker: Celery's own consumer, one step at a time, with a pool in this thread.

Imports ``turns``, ``world`` and what is below.
"""
