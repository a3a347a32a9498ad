"""What only rules that are off by default ask for: habits of settings, tasks and schedules."""
