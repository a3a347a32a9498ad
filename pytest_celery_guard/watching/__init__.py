"""Sees code that reads results where it must not, or that production could not answer."""
