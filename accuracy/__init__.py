"""Holds what the linter reports against what a reader of the same code says."""
