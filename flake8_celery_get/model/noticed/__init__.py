"""What evaluation notices on its way: waits, notes for the rules, and what answers depend on.

May import ``values`` and ``known``.
"""
