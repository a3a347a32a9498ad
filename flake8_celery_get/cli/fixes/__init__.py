"""``--fix`` and ``--diff``: what the fixes come to, and how it is written or shown."""
