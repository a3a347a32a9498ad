"""What a task takes, and what each send gives it: all code that sends is read in one walk.

May import everything of the model but the room of names.
"""
