"""``# noqa``: how comments are read, written, and found to be unused."""
