"""What the guard says when a test fails: values in, lines out. Imports no Celery.

Imports ``values``, ``findings`` and ``options``.
"""
