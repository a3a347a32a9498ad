"""Measures what the linter costs, on pinned source code."""
