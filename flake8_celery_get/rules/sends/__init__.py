"""CEL6: sends and schedules that fail, get lost or run at another time."""
