"""Holds other tools for Celery and the linter against the same reviewed code."""
