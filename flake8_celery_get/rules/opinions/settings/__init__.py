"""CEL9 about settings and schedules."""
