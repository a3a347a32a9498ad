"""What to write instead of what a rule reports: small edits, made from libcst nodes."""
