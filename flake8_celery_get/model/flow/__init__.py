"""What holds at one point of a run: names, states that were tested, ways that part and meet.

May import ``noticed``, ``values`` and ``known``.
"""
