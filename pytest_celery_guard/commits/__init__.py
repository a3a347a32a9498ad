"""Django's ``on_commit`` hooks and transactions, in tests whose transaction never commits.

Imports ``world`` and what is below.
"""
