"""The documentation of everything that is reported, by the linter or by the pytest plugin.

A rule of the linter is documented by its docstring. What other parts report has a Markdown file
here, named as rules are.
"""
