"""What is around the tests: fixtures of a wider scope, imports, and guards that are on for both."""
