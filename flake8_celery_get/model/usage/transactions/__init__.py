"""Where a transaction of Django is open, which rows it writes, and what is sent meanwhile."""
