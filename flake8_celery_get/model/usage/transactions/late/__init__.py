"""What is handed to ``on_commit`` in a loop, and what is asked of sends on commit."""
