"""What is printed: safe text, shortened code, addresses of pages. Imports nothing of the linter."""
