"""The tools, one module each: how it is run, and what its report means."""
