"""Runs ``python -m NAME`` as forks of a process that has imported what they need."""
