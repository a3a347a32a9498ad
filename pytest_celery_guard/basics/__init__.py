"""What every room may use: callers, clocks, secrets, what is changed and put back.

Imports ``errors`` alone; no Celery.
"""
