"""What leads to a wait: which definitions are worth reading, and from which entries they run.

May import ``evaluate`` and what that may."""
