"""Whose turn it is: the timer, which task is meant, until when, and what it may take.

Imports ``world`` and what is below.
"""
