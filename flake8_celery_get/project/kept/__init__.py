"""What one run keeps for the next, in the cache folder: it may be missing, outdated or forged.

It imports nothing of the project but `records`.
"""
