"""What the tasks of a whole run did: at its end, in a file, page or document.

Imports the handle, ``account`` and what is below; no Celery.
"""
