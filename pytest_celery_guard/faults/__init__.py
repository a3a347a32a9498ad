"""Faults that a test plays, one a file: each shows what production would show.

Imports ``turns``, ``backends``, ``world`` and what is below.
"""
