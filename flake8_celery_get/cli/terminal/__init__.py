"""What people see, and how: streams, colors, links, paths, progress."""
