"""Tasks as their decorators and functions declare them, and what is wrong with that.

May import everything of the model but the rooms of names and settings, and knows no sends.
"""
