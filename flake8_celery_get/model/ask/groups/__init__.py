"""Groups whose results are saved, or not, and ids that are kept to look results up.

May import everything below ``ask``.
"""
