"""What the tasks of a whole run did: at its end, in a file, page or document.

Imports ``account``, ``watching`` and what is below; no Celery.
"""
