"""What runs inside a transaction: blocks, decorators, requests, Django's admin and receivers."""
