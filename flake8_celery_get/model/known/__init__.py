"""Tables of what Celery and the packages beside it know by name; imports nothing of the model."""
