"""One file a rule, found by its presence."""
