"""How long messages wait, and what the broker's visibility timeout makes of that.

May import the room of written settings, and tasks with what declares them.
"""
