"""What a task takes, and what each send gives it.

Tasks are read from their decorators and functions, sends from all code that sends. May import
everything of the model but the rooms of names and settings.
"""
