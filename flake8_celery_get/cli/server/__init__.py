"""``celery-guard server``: findings, fixes and rule pages in an editor, by its protocol.

May import the engine, the settings of the command line and what suppresses findings; only
``command`` and what speaks the protocol import pygls.
"""
