"""Reads and sends that production could not stand: where they are, and what leads there.

Imports ``findings`` and what is below, and ``private``.
"""
