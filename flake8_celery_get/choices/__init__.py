"""What the user chose: options, rules to report, findings already known.

May import the engine and everything below it."""
