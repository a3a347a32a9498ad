"""Each test twice, under Celery's eager mode and under the guard, and what differs.

Imports the handle and what is below.
"""
