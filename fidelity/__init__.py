"""Runs Celery's own integration tests on a real worker and under the guard, and compares."""
