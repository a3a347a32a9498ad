"""The user's own app: which one it is, and what is kept, changed and put back of it.

Imports ``private`` and ``basics``.
"""
