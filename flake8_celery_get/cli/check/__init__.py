"""``celery-guard check``: which files and rules, what is found, what is reported.

It may import the other rooms of ``cli``; none of them imports `command`.
"""
