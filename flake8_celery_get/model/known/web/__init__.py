"""Web frameworks: what they run to answer requests, and where their apps keep objects."""
