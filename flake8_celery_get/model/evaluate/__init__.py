"""Runs code: expressions, statements, functions, classes, in the world of one project.

May import ``calls``, ``settings`` and what those may."""
