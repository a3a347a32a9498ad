"""One function gone through in the order in which it runs, and what its names stand for."""
