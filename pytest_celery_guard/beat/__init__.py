"""What celery beat would send, on the virtual clock. Imported when a test asks for it."""
