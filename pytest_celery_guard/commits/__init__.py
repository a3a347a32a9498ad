"""Django's ``on_commit`` hooks, in tests whose transaction never commits."""
