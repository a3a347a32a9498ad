"""Files that are changed: fixes applied to a text, written whole or not at all.

May import ``project`` and everything below it."""
