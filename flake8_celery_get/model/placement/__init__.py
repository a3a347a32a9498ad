"""Where a finding stands, and which entries suffer from what it reports.

It may import all that evaluation uses; evaluation imports only `handing` from here.
"""
