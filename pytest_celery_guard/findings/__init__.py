"""What was found in the code under test, what a test allows, and what is not its own.

Imports ``sends`` and ``basics``; no Celery.
"""
