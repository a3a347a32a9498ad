"""The options of a run and of a test, and where they come from.

Imports ``errors`` and ``basics``; no Celery.
"""
