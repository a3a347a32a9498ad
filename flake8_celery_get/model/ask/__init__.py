"""What a rule may ask of a module: its reads, states, tasks, apps, entries and their waits.

May import every other room but ``picture``."""
