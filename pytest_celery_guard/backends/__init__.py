"""Result backends inside the test: what stands in for the one that an app has.

Imports ``world``, ``refusals`` and what is below.
"""
