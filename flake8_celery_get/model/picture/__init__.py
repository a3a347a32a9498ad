"""The project as the model sees it, as plain data to be drawn."""
