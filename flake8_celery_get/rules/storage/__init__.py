"""CEL4: results that stay forever, and results that were never saved."""
