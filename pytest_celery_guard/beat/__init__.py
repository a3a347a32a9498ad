"""What celery beat would send, on the virtual clock. Imported when a test asks for it.

Imports ``contract``, ``backends``, ``world`` and what is below.
"""
