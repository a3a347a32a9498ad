"""One send: its message, its arguments and options, and the signature it is compared with.

Imports ``basics``; no Celery.
"""
