"""Reads the text of one definition into ``code``, by libcst.

May import the rest of ``source``."""
