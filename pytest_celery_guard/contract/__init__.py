"""What every send is held to when it is made: one check a file.

Imports ``commits``, ``world`` and what is below.
"""
