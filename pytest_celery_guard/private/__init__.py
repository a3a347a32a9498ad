"""The private names of other packages that the guard uses: all of them, and nowhere else.

``names`` lists them with the versions in which they were found; everything else that the guard
touches is public or documented for extension.

Imports nothing of ours: Celery and kombu alone, each in the module that is named after it.
"""
