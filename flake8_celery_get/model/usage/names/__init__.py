"""The names of a project's tasks, and the texts that are meant to name one."""
