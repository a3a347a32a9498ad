"""CEL3: states that never come, and states that mean something else."""
