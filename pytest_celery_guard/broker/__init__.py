"""A broker inside the test: a kombu virtual transport whose queues are the world's.

Imports ``world`` and what is below.
"""
