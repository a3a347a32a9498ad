"""A real worker in a process of its own, on a real broker, for the length of a test run.

Both processes write into one journal, a file: what was sent, received, stored and told.

Imports ``world``, ``backends`` and what is below.
"""
