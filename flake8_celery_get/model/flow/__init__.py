"""What holds at one point of a run: names, states that were tested, waits, what was noticed.

May import ``values`` and ``known``."""
