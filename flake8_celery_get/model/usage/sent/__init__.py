"""Sends as they are written, each with its arguments, heard of in one walk over the project.

May import everything of the model below ``usage``, and ``listening``."""
