"""Nothing leaves the test while the guard is on: no message, no read, no connection.

Imports ``explain``, ``private`` and ``basics``.
"""
