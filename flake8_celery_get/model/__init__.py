"""What rules may ask: names evaluated to values, once for all rules."""
