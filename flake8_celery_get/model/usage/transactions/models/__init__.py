"""Rows of Django's models: their classes, what saves them, and what runs when they are saved."""
