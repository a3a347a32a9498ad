"""Finds where code waits for Celery results that it must not wait for."""

__version__ = "0.1.0"
