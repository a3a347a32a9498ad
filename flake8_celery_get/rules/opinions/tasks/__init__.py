"""CEL9 about tasks, and how they are sent and read."""
