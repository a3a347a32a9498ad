"""The linted project on disk: its files, its imports, and what is remembered of them."""
