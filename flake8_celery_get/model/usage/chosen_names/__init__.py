"""Names that code chooses for tasks in other ways than by the decorator of a function.

May import everything of the model below ``usage``.
"""
