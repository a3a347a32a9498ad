"""CEL2: results that no backend keeps, or that this backend can't look up."""
