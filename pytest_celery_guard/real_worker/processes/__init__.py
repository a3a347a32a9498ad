"""What a worker's process runs and writes, and the servers that it reaches.

Imports ``backends``, ``worker.events``, and what is below them.
"""
