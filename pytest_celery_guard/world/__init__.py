"""Everything one test can see: messages, results, clock, log, and the story they tell.

Imports ``watching``, ``explain`` and what is below; its worker is a Protocol.
"""
