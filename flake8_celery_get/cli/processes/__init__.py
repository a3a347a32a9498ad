"""Where files are checked: in this process or in several, which end with it."""
