"""Measures what the pytest plugin costs: its tasks, its fixtures, its memory, its start."""
