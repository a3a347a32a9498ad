"""Settings as they are written down: by which name, where, and who else reads that name."""
