"""What a test reads and compares: sends, states, failures. Imports no Celery."""
