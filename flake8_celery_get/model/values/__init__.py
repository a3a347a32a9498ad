"""What an expression can mean, as plain data: tasks, apps, handles, functions, texts, unknown.

May import ``known``."""
