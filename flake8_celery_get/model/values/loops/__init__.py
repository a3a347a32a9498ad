"""Which names a loop binds, and what they stand for each time around."""
