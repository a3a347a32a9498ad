"""What a handle answers with: sends, states, failures, what ran, what is due.

Imports ``sends`` and ``basics``; no Celery.
"""
