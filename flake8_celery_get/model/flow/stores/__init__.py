"""What web apps keep for those who answer requests; imports what its parent does."""
