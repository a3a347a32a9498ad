"""The handle that a test holds, its parts, and when it is on.

Imports all that stands in for the worker.
"""
