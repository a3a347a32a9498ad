"""How the linter's cost grows with one thing at a time, on projects that are generated."""
