"""Where a finding stands, and which entries suffer from what it reports.

May import all of ``reach``."""
